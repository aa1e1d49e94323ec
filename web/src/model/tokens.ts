/** Tokens of a span, or of all that it caused, against those of the whole run. */
import type { Detail } from "../data/raw";
import type { Trace } from "./trace";

export interface Used {
  readonly rows: readonly { readonly name: string; readonly n: number; /** Of the whole run. */ readonly of: number | null }[];
  /** False where another span of the run holds the same tokens. */
  readonly counted: boolean;
  /** What spans below used, not this one itself. */
  readonly below: boolean;
  readonly words: string;
}

interface Sum {
  readonly input: number;
  readonly output: number;
}

/** `usage` is what the span says of itself; where it says nothing, what is below it. `null` where nobody said. */
export function usedBy(trace: Trace, span: number, usage: Detail["usage"] | undefined): Used | null {
  const whole = tokensOfRun(trace);
  if (usage) {
    const said = (name: string) => (typeof usage[name] === "number" ? Number(usage[name]) : null);
    const rows = [row("in", said("input_tokens"), whole.input), row("out", said("output_tokens"), whole.output)];
    const cached = [row("from cache", said("cache_read_tokens"), null), row("to cache", said("cache_write_tokens"), null)];
    return used([...rows, ...cached], usage["counted"] !== false, false);
  }
  const sum = tokensBelow(trace, span, span + (trace.size[span] ?? 1));
  if (!sum.input && !sum.output) return null;
  return used([row("in", sum.input, whole.input), row("out", sum.output, whole.output)], true, true);
}

type Row = Used["rows"][number];

function row(name: string, n: number | null, of: number | null): Row | null {
  return n === null ? null : { name, n, of };
}

function used(found: readonly (Row | null)[], counted: boolean, below: boolean): Used | null {
  const rows = found.filter((each) => each !== null);
  if (!rows.length) return null;
  const words = rows.slice(0, 2).map(({ name, n }) => `${n.toLocaleString("en")} ${name}`);
  return { rows, counted, below, words: words.join(", ") };
}

const sums = new WeakMap<Trace, Sum>();

/** All tokens of a run, each once. */
export function tokensOfRun(trace: Trace): Sum {
  let sum = sums.get(trace);
  if (!sum) sums.set(trace, (sum = tokensBelow(trace, 0, trace.n)));
  return sum;
}

function tokensBelow(trace: Trace, from: number, to: number): Sum {
  const sum = { input: 0, output: 0 };
  for (let span = from; span < to; span++) {
    const found = trace.tokens(span);
    sum.input += found?.input ?? 0;
    sum.output += found?.output ?? 0;
  }
  return sum;
}
