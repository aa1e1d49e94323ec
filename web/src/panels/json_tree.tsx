/** JSON to be folded and unfolded. Numbers stand as they were given; JSON within a text can be opened too. */
import { useState } from "preact/hooks";
import { type Json, parseNested, scalar } from "../model/json_text";
import { visible } from "../model/text";
import { grouped } from "../layout/units";
import { Some, Turn } from "./controls";
import { Marked } from "./marks";

const ROWS_OPEN = 60;
const FIRST = 100;
const LONG = 600;

interface TreeProps {
  readonly json: Json;
  readonly terms: readonly string[];
}

/** Opened as far as it stays short. */
export function JsonTree({ json, terms }: TreeProps) {
  return (
    <ul class="json" aria-label="JSON">
      <Node json={json} terms={terms} room={ROWS_OPEN} />
    </ul>
  );
}

interface NodeProps extends TreeProps {
  readonly name?: string | number | undefined;
  /** How many rows may stand open below. */
  readonly room: number;
}

function Node({ json, terms, name, room }: NodeProps) {
  const nested = json.kind === "string" ? parseNested(json.value) : null;
  const inner = nested ?? json;
  if (inner.kind !== "object" && inner.kind !== "array") {
    return (
      <li class="leaf">
        <Name of={name} terms={terms} />
        <Leaf json={json} terms={terms} />
      </li>
    );
  }
  return <Branch json={inner} inText={nested !== null} terms={terms} name={name} room={room} />;
}

function Name({ of, terms }: { of: string | number | undefined; terms: readonly string[] }) {
  if (of === undefined) return null;
  if (typeof of === "number") return <span class="j-at">{of}: </span>;
  return (
    <>
      <span class="j-key">
        <Marked text={visible(of)} terms={terms} />
      </span>
      :{" "}
    </>
  );
}

function Leaf({ json, terms }: TreeProps) {
  const [whole, setWhole] = useState(false);
  if (json.kind !== "string") return <span class={json.kind === "plain" && /^[-\d]/.test(json.text) ? "j-number" : "j-word"}>{scalar(json)}</span>;
  const text = visible(json.value);
  const cut = !whole && text.length > LONG;
  return (
    <>
      <span class="j-string">
        "<Marked text={cut ? text.slice(0, LONG) : text} terms={terms} />
        {cut ? "…" : '"'}
      </span>
      {cut && (
        <button onClick={() => setWhole(true)}>all {grouped(text.length)} characters</button>
      )}
    </>
  );
}

interface BranchProps extends NodeProps {
  readonly json: Extract<Json, { kind: "object" | "array" }>;
  readonly inText: boolean;
}

function Branch({ json, inText, terms, name, room }: BranchProps) {
  const size = json.kind === "object" ? json.entries.length : json.items.length;
  const [open, setOpen] = useState(size > 0 && size <= room && !inText);
  const [begin, end] = json.kind === "object" ? ["{", "}"] : ["[", "]"];
  const below = Math.floor((room - size) / Math.max(1, size));
  const rows: (readonly [string | number, Json])[] = json.kind === "object" ? [...json.entries] : json.items.map((item, at) => [at, item]);
  if (!size) {
    return (
      <li class="leaf">
        <Name of={name} terms={terms} />
        {begin}
        {end}
      </li>
    );
  }
  return (
    <li>
      <Turn open={open} onToggle={setOpen}>
        <span>
          <Name of={name} terms={terms} />
          {begin}
          {!open && (
            <>
              <span class="muted"> {size} </span>
              {end}
            </>
          )}
          {inText && <span class="muted"> JSON within a text</span>}
        </span>
      </Turn>
      {open && (
        <ul>
          <Some of={rows} first={FIRST} each={([key, item]) => <Node key={key} name={key} json={item} terms={terms} room={below} />} />
        </ul>
      )}
      {open && <span class="j-end">{end}</span>}
    </li>
  );
}
