/** JSON as it stands in a text: keys in their order, and numbers with every digit that was written. */

export type Json =
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Json])[] }
  | { readonly kind: "array"; readonly items: readonly Json[] }
  | { readonly kind: "string"; readonly value: string }
  /** A number, `true`, `false` or `null`, spelled as given. */
  | { readonly kind: "plain"; readonly text: string };

const CHARS_MAX = 4_000_000;
const DEPTH_MAX = 200;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const PLAIN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/** `null`: this is no JSON, or too much of it. A browser's own parser would round large numbers. */
export function parseJson(text: string): Json | null {
  return text.length > CHARS_MAX ? null : new Reader(text).whole();
}

/** An object or a list, which is worth unfolding; `null` else. */
export function parseNested(text: string): Json | null {
  return /^\s*[[{]/.test(text) ? parseJson(text) : null;
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): Json | null {
    const found = this.value(0);
    this.match(SPACE);
    return found && this.at === this.text.length ? found : null;
  }

  private value(depth: number): Json | null {
    this.match(SPACE);
    if (depth > DEPTH_MAX) return null;
    if (this.take("{")) return this.object(depth + 1);
    if (this.take("[")) return this.array(depth + 1);
    const quoted = this.string();
    if (quoted !== null) return { kind: "string", value: quoted };
    const plain = this.match(PLAIN);
    return plain ? { kind: "plain", text: plain } : null;
  }

  private object(depth: number): Json | null {
    const entries: [string, Json][] = [];
    this.match(SPACE);
    if (this.take("}")) return { kind: "object", entries };
    for (;;) {
      this.match(SPACE);
      const key = this.string();
      this.match(SPACE);
      const value = key !== null && this.take(":") ? this.value(depth) : null;
      if (key === null || !value) return null;
      entries.push([key, value]);
      this.match(SPACE);
      if (this.take("}")) return { kind: "object", entries };
      if (!this.take(",")) return null;
    }
  }

  private array(depth: number): Json | null {
    const items: Json[] = [];
    this.match(SPACE);
    if (this.take("]")) return { kind: "array", items };
    for (;;) {
      const item = this.value(depth);
      if (!item) return null;
      items.push(item);
      this.match(SPACE);
      if (this.take("]")) return { kind: "array", items };
      if (!this.take(",")) return null;
    }
  }

  private string(): string | null {
    const quoted = this.match(STRING);
    return quoted ? String(JSON.parse(quoted)) : null; // a string has no digits to lose
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }
}

/** Indented, as Python writes it. */
export function pretty(json: Json, indent = ""): string {
  const inner = `${indent}  `;
  if (json.kind === "object" && json.entries.length) {
    const lines = json.entries.map(([key, value]) => `${inner}${JSON.stringify(key)}: ${pretty(value, inner)}`);
    return `{\n${lines.join(",\n")}\n${indent}}`;
  }
  if (json.kind === "array" && json.items.length) {
    return `[\n${json.items.map((item) => inner + pretty(item, inner)).join(",\n")}\n${indent}]`;
  }
  return scalar(json);
}

/** One value on one line: what stands in a collapsed place is only counted. */
export function scalar(json: Json): string {
  if (json.kind === "object") return json.entries.length ? `{ ${json.entries.length} }` : "{}";
  if (json.kind === "array") return json.items.length ? `[ ${json.items.length} ]` : "[]";
  return json.kind === "string" ? JSON.stringify(json.value) : json.text;
}

export function entry(json: Json | null | undefined, key: string): Json | null {
  if (json?.kind !== "object") return null;
  return json.entries.find(([name]) => name === key)?.[1] ?? null;
}

export function stringAt(json: Json | null | undefined, key: string): string | null {
  const found = entry(json, key);
  return found?.kind === "string" ? found.value : null;
}
