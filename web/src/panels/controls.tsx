/** What every panel is made of: buttons, copying, folding, choosing one of a few, lists that begin short. */
import { grouped } from "../layout/units";
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { copyText } from "../export/copy";
import { Sign } from "./marks";
import type { SignName } from "./signs";

interface ButtonProps extends Omit<ButtonHTMLAttributes, "name" | "size"> {
  readonly sign: SignName;
  readonly size?: number;
  /** Spoken, and a hint, where no words say what it does. */
  readonly name?: string;
}

/** A button with a sign, and perhaps words. */
export function Button({ sign, size = 14, name, children, ...rest }: ButtonProps) {
  return (
    <button class={children ? "" : "square"} aria-label={name} title={name} {...rest}>
      <Sign name={sign} size={size} />
      {children}
    </button>
  );
}

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
    timer.current = window.setTimeout(() => setDone(null), 1500);
  };
  const said = done === null ? label : done ? "Copied" : "Not copied";
  const name = `Copy ${what}`;
  return (
    <Button class="copy" sign="copy" size={13} name={name} aria-label={done === null ? name : `${said}: ${what}`} onClick={copy}>
      {said}
    </Button>
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
    <div class="joined" role="group" aria-label={name}>
      {of.map(([key, label]) => (
        <button key={key} aria-pressed={key === value} onClick={() => onChange(key)}>
          {label}
        </button>
      ))}
    </div>
  );
}

interface TurnProps {
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly children: ComponentChildren;
}

/** Opens and closes what stands below it. */
export function Turn({ open, onToggle, children }: TurnProps) {
  return (
    <button class="bare turns" aria-expanded={open} onClick={() => onToggle(!open)}>
      <Sign name={open ? "down" : "next"} size={12} />
      {children}
    </button>
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
        <li>
          <button onClick={() => setMost(most + 4 * first)}>{grouped(left)} more</button>
        </li>
      )}
    </>
  );
}
