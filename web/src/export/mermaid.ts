/** What is visible as a Mermaid sequence diagram, short enough for Mermaid, which refuses more than 50,000 characters. */
import type { Visible } from "../model/lens";
import { DELIVER, END, FOUND, GHOST, PAUSE, SEND, type Trace } from "../model/trace";
import { escape } from "./mermaid_text";
import { type Step, steps } from "./mermaid_steps";

export const LIMIT = 45_000;
const NOTES: ReadonlySet<number> = new Set([END, GHOST, PAUSE, FOUND]);
const INDENT = "    ";
const LINE_MIN = 15; // no message is shorter

export interface Diagram {
  readonly text: string;
  /** Messages and notes that had no room. */
  readonly leftOut: number;
}

interface Loop {
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

export function mermaid(trace: Trace, seen: Visible, limit = LIMIT): Diagram {
  const told = steps(trace, seen);
  const lines = linesOf(told, loopsOf(trace, seen, told));
  let low = 0;
  let high = Math.min(told.length, Math.ceil(limit / LINE_MIN));
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (write(trace, told, lines, middle).length <= limit) low = middle;
    else high = middle - 1;
  }
  return { text: write(trace, told, lines, low), leftOut: told.length - low };
}

/** A line of the diagram, and how many steps are told before it. */
interface Line {
  readonly text: string;
  readonly after: number;
  readonly opens: number;
}

function linesOf(told: readonly Step[], loops: readonly Loop[]): Line[] {
  const lines: Line[] = [];
  const open: Loop[] = [];
  const starting = new Map<number, Loop[]>();
  for (const loop of loops) starting.set(loop.from, [...(starting.get(loop.from) ?? []), loop]);
  told.forEach((step, at) => {
    for (const loop of starting.get(at) ?? []) {
      lines.push({ text: `${INDENT.repeat(open.length + 1)}loop ${loop.words}`, after: at, opens: 1 });
      open.push(loop);
    }
    lines.push({ text: INDENT.repeat(open.length + 1) + message(step), after: at, opens: 0 });
    while (open.at(-1)?.to === at) {
      open.pop();
      lines.push({ text: `${INDENT.repeat(open.length + 1)}end`, after: at, opens: -1 });
    }
  });
  return lines;
}

function message(step: Step): string {
  if (NOTES.has(step.kind)) return `Note over p${step.target}: ${escape(step.label)}`;
  const tip = step.failed ? "x" : step.kind === SEND || step.kind === DELIVER ? ")" : ">>";
  return `p${step.source}${step.dashed ? "--" : "-"}${tip}p${step.target}: ${escape(step.label)}`;
}

/** The first `count` steps, with every loop closed, and how much is missing. */
function write(trace: Trace, told: readonly Step[], lines: readonly Line[], count: number): string {
  const kept = lines.filter((line) => line.after < count);
  const open = kept.reduce((sum, line) => sum + line.opens, 0);
  const closing = Array.from({ length: open }, (_, n) => `${INDENT.repeat(open - n)}end`);
  const used = new Set(told.slice(0, count).flatMap((step) => [step.source, step.target]));
  if (used.size === 0) used.add(0);
  const cast = [...used].sort((a, b) => a - b).map((at) => `${INDENT}participant p${at} as ${escape(labelOf(trace, at))}`);
  const first = Math.min(...used);
  const banners = trace.run.banners.map((banner) => `${INDENT}Note over p${first}: ${escape(`${banner.word} - ${banner.text}`)}`);
  const gone = told.length - count;
  const place = told[count - 1]?.target ?? first;
  const rest = gone ? [`${INDENT}Note over p${place}: ${gone} more messages not drawn`] : [];
  const nothing = told.length === 0 ? [`${INDENT}Note over p${first}: no span is visible`] : [];
  const head = `${INDENT}%% run ${escape(trace.run.id)}: ${trace.run.status}`;
  const body = kept.map((line) => line.text);
  return `${["sequenceDiagram", head, ...cast, ...banners, ...nothing, ...body, ...closing, ...rest].join("\n")}\n`;
}

function labelOf(trace: Trace, component: number): string {
  const found = trace.components[component];
  return found ? (found.itk ? "itk" : `${found.type}:${found.name}`) : "(nothing)";
}

/** Folded repetitions whose steps stand together, outermost first. Of others, the first step says how often. */
function loopsOf(trace: Trace, seen: Visible, told: Step[]): Loop[] {
  const found: Loop[] = [];
  for (const fold of seen.folds.values()) {
    if (fold.kind !== "loop") continue;
    const { spans, period, times } = fold.loop;
    const body = spans.slice(0, period);
    const [first, last] = [body[0] ?? 0, body[period - 1] ?? 0];
    const end = last + (trace.size[last] ?? 1);
    const at = told.flatMap((step, n) => (step.span >= first && step.span < end ? [n] : []));
    const [from, to] = [at[0], at.at(-1)];
    if (from === undefined || to === undefined) continue;
    const step = told[from];
    if (to - from + 1 !== at.length) {
      if (step) told[from] = { ...step, label: `${step.label}, first of ${times} rounds` };
      continue;
    }
    const gone = spans.slice(period).reduce((sum, span) => sum + (trace.size[span] ?? 1), 0);
    found.push({ from, to, words: `${times} times - ${gone} spans folded` });
  }
  return found.sort((a, b) => a.from - b.from || b.to - a.to);
}
