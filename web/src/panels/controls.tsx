/** Small controls that every panel uses: copying, folding, choosing one of a few. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { copyText } from "../export/copy";
import { type Glyph, Sign } from "./marks";

const SHOWN_MS = 1500;

interface CopyProps {
  /** Asked for when somebody copies. */
  readonly text: () => string;
  /** What is copied: `Copy request`. */
  readonly what: string;
  readonly label?: string;
}

export function Copy({ text, what, label }: CopyProps) {
  const [done, setDone] = useState<boolean | null>(null);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    setDone(await copyText(text()));
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setDone(null), SHOWN_MS);
  };
  const said = done === null ? label : done ? "Copied" : "Not copied";
  return (
    <button type="button" class="small" aria-label={done === null ? `Copy ${what}` : `${said}: ${what}`} title={`Copy ${what}`} onClick={copy}>
      <Sign name="copy" size={13} />
      {said && <span>{said}</span>}
    </button>
  );
}

interface SignButtonProps {
  readonly sign: Glyph;
  readonly name: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
}

export function SignButton({ sign, name, onClick, disabled = false, pressed }: SignButtonProps) {
  return (
    <button type="button" class="small square" aria-label={name} title={name} aria-pressed={pressed} disabled={disabled} onClick={onClick}>
      <Sign name={sign} size={14} />
    </button>
  );
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly of: readonly (readonly [T, string])[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of a few, side by side. */
export function Choice<T extends string>({ name, of, value, onChange }: ChoiceProps<T>) {
  return (
    <div class="choice" role="group" aria-label={name}>
      {of.map(([key, label]) => (
        <button type="button" class="small" key={key} aria-pressed={key === value} onClick={() => onChange(key)}>
          {label}
        </button>
      ))}
    </div>
  );
}

interface FoldProps {
  readonly title: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly children: ComponentChildren;
  readonly tone?: string;
}

/** A section under a heading that opens and closes it. */
export function Fold({ title, note, open, onToggle, children, tone = "" }: FoldProps) {
  return (
    <section class={`fold ${tone}`}>
      <h3>
        <button type="button" aria-expanded={open} onClick={() => onToggle(!open)}>
          <Sign name={open ? "down" : "next"} size={12} />
          <span class="fold-title">{title}</span>
          {note !== undefined && <span class="fold-note">{note}</span>}
        </button>
      </h3>
      {open && <div class="fold-body">{children}</div>}
    </section>
  );
}

/** A list that shows its first items, and more when asked. */
export function Some<T>({ of, first, each }: { of: readonly T[]; first: number; each: (item: T, at: number) => ComponentChildren }) {
  const [most, setMost] = useState(first);
  const left = of.length - most;
  return (
    <>
      {of.slice(0, most).map(each)}
      {left > 0 && (
        <li class="more">
          <button type="button" class="small" onClick={() => setMost(most + 4 * first)}>
            {left.toLocaleString("en")} more
          </button>
        </li>
      )}
    </>
  );
}
