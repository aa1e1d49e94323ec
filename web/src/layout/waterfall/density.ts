/** How much was going on, moment by moment, over a whole run: what the minimap draws. */
import type { Trace } from "../../model/trace";
import type { TimeScale } from "./timescale";

export interface Density {
  /** For each pixel how many spans were at work, by component: `work[component][pixel]`. */
  readonly work: readonly Float32Array[];
  /** The most at one pixel, of all components together. */
  readonly most: number;
  /** How many failed at each pixel, where they ended. */
  readonly failures: Uint32Array;
}

/** Linear in spans and pixels: what begins and ends is counted, then summed up. */
export function densityOf(trace: Trace, scale: TimeScale): Density {
  const columns = Math.max(Math.ceil(scale.width), 1);
  const work = trace.components.map(() => new Float32Array(columns + 1));
  const failures = new Uint32Array(columns);
  const clip = (x: number): number => Math.min(Math.max(Math.floor(x), 0), columns - 1);
  const linear = scale.axis.silences.length === 0;
  const [x0, slope] = [scale.x(0), (scale.x(1e6) - scale.x(0)) / 1e6];
  const xOf = (time: number): number => (linear ? x0 + time * slope : scale.x(time));
  for (let span = 0; span < trace.n; span++) {
    if (trace.noStart[span] && trace.noEnd[span]) continue;
    const from = clip(xOf(trace.start[span] ?? 0));
    const to = clip(xOf(trace.end[span] ?? 0));
    const of = work[trace.component[span] ?? 0];
    if (!of) continue;
    of[from] = (of[from] ?? 0) + 1;
    of[to + 1] = (of[to + 1] ?? 0) - 1;
    if (trace.failed(span)) failures[to] = (failures[to] ?? 0) + 1;
  }
  let most = 0;
  const sums = new Float32Array(columns);
  for (const of of work) {
    let sum = 0;
    for (let x = 0; x < columns; x++) {
      of[x] = sum += of[x] ?? 0;
      sums[x] = (sums[x] ?? 0) + sum;
      most = Math.max(most, sums[x] ?? 0);
    }
  }
  return { work, most, failures };
}
