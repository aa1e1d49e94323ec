/** The waterfall as one picture that leaves the page: drawn with the parts of the screen, and with names as text. */
import { Axis, PAD, TimeScale, fitted, quiet } from "../../layout/waterfall/timescale";
import { cuts, ticks } from "../../layout/waterfall/ticks";
import { fit, width as widthOf } from "../../layout/text";
import { count } from "../../layout/units";
import { type PlacedRow, ROW, layout } from "../../layout/waterfall/geometry";
import { guides, indent } from "../../layout/waterfall/guides";
import { type Rows, expanded, rowsOf } from "../../layout/waterfall/rows";
import { folded } from "../../layout/waterfall/words";
import type { Visible } from "../../model/lens";
import type { Trace } from "../../model/trace";
import type { State } from "../../state/state";
import { componentIcon } from "../icons";
import { standalone } from "../standalone";
import { type Attributes, style, svg } from "../svg";
import { BarArt, TreeArt } from "./art";
import { RowArt } from "./bar";
import { RULER, Ruler } from "./ruler";

export const ROWS_MAX = 2_000;
const WIDTH = 1400;
const NAMES = 320;
const TOP = 70;
const FOOT = 34;

/** Rows as they are shown now, in the window of time that is shown now; the first 2,000, and a note where there are more. */
export function drawAll(trace: Trace, visible: Visible, state: State): SVGSVGElement {
  const rows = rowsOf(trace, visible);
  const last = Math.min(rows.count, ROWS_MAX);
  const axis = new Axis(trace.last, state.squeezed ? quiet(trace).silences : []);
  const scale = new TimeScale(axis, state.window && fitted(axis, state.window), WIDTH - NAMES - PAD);
  const height = TOP + last * ROW + FOOT;
  const placed = layout(rows, { width: scale.width, from: 0, to: last }, scale);
  const marked = [ticks(scale, trace.unitNs), cuts(scale, trace.unitNs)] as const;
  const [tree, art, ruler] = [new TreeArt(), new BarArt(), new Ruler(trace.unitNs, () => undefined)];
  tree.show(guides(rows, 0, last), 0);
  art.behind(...marked, 0, last * ROW);
  art.over(placed.marks, placed.critical, 0);
  ruler.show(scale, ...marked);
  art.rows.append(...placed.rows.map((row) => barOf(rows, row)));
  const frame = { width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": title(trace) };
  const whole = svg(
    "svg", frame,
    svg("defs", {}, svg("clipPath", { id: "itk-times" }, svg("rect", { width: scale.width, height }))),
    svg("rect", { width: WIDTH, height, fill: "#ffffff" }),
    text(title(trace), 16, 24, "fall-title"),
    at(NAMES, TOP - RULER, ruler.root),
    svg("path", { class: "fall-grid", d: `M0 ${TOP}H${WIDTH}M${NAMES} ${TOP}v${last * ROW}` }),
    at(0, TOP, tree.root),
    svg("g", { transform: `translate(0 ${TOP})` }, ...placed.rows.map((row) => nameOf(rows, row))),
    svg("g", { "clip-path": "url(#itk-times)", transform: `translate(${NAMES} ${TOP})` }, at(0, 0, art.root)),
    text(note(rows, last, placed.critical.along.length > 0), 16, height - 12, "fall-note"),
  ); // prettier-ignore
  return standalone(whole, "fall");
}

/** What stands in a drawing of its own on the screen is a group in a picture. */
function at(x: number, y: number, drawing: SVGSVGElement): SVGGElement {
  return svg("g", { transform: `translate(${x} ${y})`, class: drawing.getAttribute("class") }, ...drawing.childNodes);
}

function barOf(rows: Rows, placed: PlacedRow): SVGElement {
  const art = new RowArt();
  art.show(rows, placed, placed.row * ROW);
  return art.root;
}

function title(trace: Trace): string {
  return `${trace.run.title}: ${trace.run.status}, ${count(trace.n, "span")}`;
}

function note(rows: Rows, last: number, critical: boolean): string {
  const said = [critical ? "Thick line: the critical path, what the end of the run waited for." : ""];
  if (!rows.count) said.push("No span was seen.");
  if (last < rows.count) said.push(`The first ${last.toLocaleString("en")} of ${count(rows.count, "row")}; the page has all of them.`);
  return said.filter(Boolean).join(" ");
}

function nameOf(rows: Rows, { row, span, ghost }: PlacedRow): SVGElement {
  const { trace, visible } = rows;
  const place = { transform: `translate(0 ${row * ROW})` };
  if (span < 0) {
    const missed = trace.components[trace.ghosts[ghost]?.target ?? -1]?.name ?? "";
    return svg("g", { ...place, class: "ghost" }, text(fit(`not seen: ${missed}`, NAMES - 60), 46, 18, "fall-text"));
  }
  const component = trace.componentOf(span);
  const x = indent(visible.depth[span] ?? 0) + 17;
  const below = visible.below.get(span);
  const extra = [rows.folds.has(span) ? folded(rows, span) : "", below && expanded(rows, span) === false ? `+${below.spans}` : ""].filter(Boolean).join(" ");
  const room = NAMES - x - 34 - (extra ? widthOf(extra, 11) + 10 : 0);
  const first = fit(trace.operation(span), room * 0.66, 13);
  const left = x + 22 + widthOf(first, 13) + 6;
  const icon = svg("path", { class: "fall-sign", d: componentIcon(component.type), transform: `translate(${x} 6.5) scale(.94)` });
  const made = svg("g", { ...place, class: `tone${component.tone}` }, icon, text(first, x + 22, 18), text(fit(component.name, x + 22 + room - left, 12), left, 18, "fall-note"));
  style(made, "--hue", String(component.hue));
  if (extra) made.append(text(extra, NAMES - 8, 18, "fall-extra", { "text-anchor": "end" }));
  return made;
}

function text(said: string, x: number, y: number, name: string | null = null, more: Attributes = {}): SVGTextElement {
  return svg("text", { x, y, class: name, ...more }, document.createTextNode(said));
}
