/** A strict grammar of the Mermaid that the viewer writes: narrower than Mermaid's own, so what passes here is valid there. */

const TEXT = String.raw`(?:[\p{L}\p{N}]|[ _.,:/=+*'?!()\-…·]|#\d+;)+`;
const LINES = [
  `%% run ${TEXT}`,
  String.raw`participant p\d+ as ${TEXT}`,
  String.raw`Note over p\d+: ${TEXT}`,
  String.raw`p\d+--?(?:>>|\)|x)p\d+: ${TEXT}`,
  String.raw`loop \d+ times - \d+ spans folded`,
  "end",
];
const LINE = new RegExp(`^(?: {4})+(?:${LINES.join("|")})$`, "u");

/** Every line that is not of the grammar, every participant that was not declared, every loop left open. */
export function faults(diagram: string): string[] {
  const [first = "", ...rest] = diagram.replace(/\n$/, "").split("\n");
  const found = [...(first === "sequenceDiagram" ? [] : [first]), ...rest.filter((line) => !LINE.test(line))];
  const declared = new Set([...diagram.matchAll(/^ +participant (p\d+) /gm)].map((match) => match[1]));
  let open = 0;
  for (const line of rest) {
    const bare = line.replace(/: .*$| as .*$/, "");
    if (!/participant/.test(line)) found.push(...(bare.match(/\bp\d+\b/g) ?? []).filter((name) => !declared.has(name)));
    open += /^ +loop /.test(line) ? 1 : /^ +end$/.test(line) ? -1 : 0;
    if (open < 0) found.push(`an end of nothing: ${line}`);
  }
  return open === 0 ? found : [...found, `${open} loops left open`];
}
