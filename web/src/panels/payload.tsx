/** A request or a response: as text or as a tree, with what was searched for marked. */
import { useMemo, useState } from "preact/hooks";
import { grouped } from "../layout/units";
import type { Body } from "../data/raw";
import { parseNested } from "../model/json_text";
import { visible } from "../model/text";
import { Button, Choice, Copy } from "./controls";
import { JsonTree } from "./json_tree";
import { Marked, Sign } from "./marks";

const FIRST = 20_000;

interface PayloadProps {
  readonly body: Body;
  /** `request`. */
  readonly what: string;
  readonly terms: readonly string[];
  /** Whether the payload lies beside the page as a file too. */
  readonly filed: boolean;
}

export function Payload({ body, what, terms, filed }: PayloadProps) {
  const json = useMemo(() => parseNested(body.text), [body.text]);
  const [chosen, choose] = useState<"tree" | "text" | null>(null);
  const [wrap, setWrap] = useState(true);
  const found = terms.some((term) => body.text.toLowerCase().includes(term.toLowerCase()));
  const form = !json ? "text" : (chosen ?? (found ? "text" : "tree"));
  return (
    <div class="payload" data-part={what}>
      <div class="bar">
        {json && (
          <Choice name={`Form of the ${what}`} of={[["tree", "Tree"], ["text", "Text"]]} value={form} onChange={choose} />
        )}
        {body.truncated && <span class="cut">cut where it was logged</span>}
        <span class="spring" />
        {form === "text" && <Button sign="wrap" name={`Wrap lines of the ${what}`} aria-pressed={wrap} onClick={() => setWrap(!wrap)} />}
        {filed && (
          <a class="button" href={body.file} rel="noopener noreferrer" title={body.file} aria-label={`open file of the ${what}`}>
            <Sign name="file" size={13} /> open file
          </a>
        )}
        <Copy text={() => body.text} what={what} />
      </div>
      {form === "tree" && json ? (
        <div class="paper" tabIndex={0} role="group" aria-label={what}>
          <JsonTree json={json} terms={terms} />
        </div>
      ) : (
        <Text text={body.text} terms={terms} wrap={wrap} name={what} />
      )}
    </div>
  );
}

/** A text as it was given; of a very long one, the beginning. */
export function Text({ text, terms, wrap = true, name }: { text: string; terms: readonly string[]; wrap?: boolean; name: string }) {
  const [whole, setWhole] = useState(false);
  const cut = !whole && text.length > FIRST;
  const shown = visible(cut ? text.slice(0, FIRST) : text);
  return (
    <>
      <pre class={wrap ? "paper wrapped" : "paper"} tabIndex={0} role="group" aria-label={name}>
        {shown ? <Marked text={shown} terms={terms} /> : <span class="muted">(empty)</span>}
      </pre>
      {cut && (
        <button onClick={() => setWhole(true)}>Show all {grouped(text.length)} characters</button>
      )}
    </>
  );
}
