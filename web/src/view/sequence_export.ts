/** The whole sequence diagram as one drawing, to be kept. */
import type { Visible } from "../model/lens";
import type { Trace } from "../model/trace";
import type { State } from "../state/state";
import { svg } from "./svg";

export function drawAll(trace: Trace, seen: Visible, _state: State): SVGSVGElement {
  const rows = [...seen.spans].map((span, n) => {
    const text = svg("text", { x: 10 + 16 * (seen.depth[span] ?? 0), y: 20 + 18 * n, class: "plain-row" });
    text.textContent = `${trace.componentOf(span).name} ${trace.operation(span)}`;
    return text;
  });
  const height = 18 * rows.length + 20;
  return svg("svg", { width: 600, height, viewBox: `0 0 600 ${height}` }, ...rows);
}
