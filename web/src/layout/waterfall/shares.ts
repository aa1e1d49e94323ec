/** Who held up the end of the run: the critical path, summed up by component. */
import type { Trace } from "../../model/trace";

export interface Share {
  readonly component: number;
  /** Units. */
  readonly time: number;
  /** From 0 to 1, of all that the path holds. */
  readonly part: number;
  /** The span that was waited for longest. */
  readonly span: number;
}

export interface Shares {
  readonly total: number;
  readonly shares: readonly Share[];
}

/** The largest share first. */
export function sharesOf(trace: Trace): Shares {
  const { span, from, to } = trace.critical;
  const times = new Map<number, { time: number; longest: number; span: number }>();
  let total = 0;
  for (let n = 0; n < span.length; n++) {
    const time = (to[n] ?? 0) - (from[n] ?? 0);
    const at = span[n] ?? 0;
    const component = trace.component[at] ?? 0;
    const known = times.get(component) ?? { time: 0, longest: -1, span: at };
    known.time += time;
    if (time > known.longest) [known.longest, known.span] = [time, at];
    times.set(component, known);
    total += time;
  }
  const shares = [...times].map(([component, known]) => ({ component, time: known.time, part: known.time / (total || 1), span: known.span }));
  return { total, shares: shares.sort((a, b) => b.time - a.time || a.component - b.component) };
}
