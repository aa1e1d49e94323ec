/** This operation elsewhere in the run: is this one slow? */
import { Strip } from "../charts/strip";
import { duration } from "../layout/units";
import type { Elsewhere } from "../model/elsewhere";
import type { Viewer } from "../viewer";

export function ElsewherePlot({ viewer, found }: { viewer: Viewer; found: Elsewhere }) {
  const { durations, spans, at, words } = found;
  const took = (n: number) => duration((durations[n] ?? 0) * viewer.trace.unitNs);
  const last = durations.length - 1;
  const jump = (n: number) => viewer.select(spans[n] ?? null);
  return (
    <>
      <Strip values={durations} marked={at} label={`Durations of the same operation in this run: ${words}`} />
      {durations[0] !== durations[last] && (
        <div class="ends">
          <button disabled={at === 0} onClick={() => jump(0)}>
            fastest {took(0)}
          </button>
          <span class="muted">half within {took(durations.length >> 1)}</span>
          <button disabled={at === last} onClick={() => jump(last)}>
            slowest {took(last)}
          </button>
        </div>
      )}
    </>
  );
}
