/** The waterfall as one picture that leaves the page: it carries its colours and fonts, and needs no style sheet. */
import { Axis, PAD, TimeScale, fitted, quiet } from "../layout/timescale";
import { cuts, ticks } from "../layout/ticks";
import { fit, width as widthOf } from "../layout/text";
import { count } from "../layout/units";
import { BAR, BAR_TOP, type PlacedRow, ROW, layout } from "../layout/waterfall";
import { type Guide, guides, indent } from "../layout/waterfall_guides";
import { type Rows, expanded, rowsOf } from "../layout/waterfall_rows";
import { folded } from "../layout/waterfall_words";
import type { Visible } from "../model/lens";
import type { Trace } from "../model/trace";
import type { State } from "../state/state";
import { componentIcon, statusIcon } from "./icons";
import { type Attributes, svg } from "./svg";
import { acrossShape, elbow, markShape, stroke, waves } from "./waterfall_art";
import { barColour, lineColour } from "./waterfall_colours";
import { boxes, round, shape, thread } from "./waterfall_shapes";

export const ROWS_MAX = 2_000;
const WIDTH = 1400;
const NAMES = 320;
const TOP = 64;
const FOOT = 34;
const INK = "#171c24";
const MUTED = "#566072";
const LINE = "#d9dee6";
const SOFT = "#eceff3";
const BAD = "#b9202b";
const WARN = "#7d5200";
const PAPER = "#ffffff";
const FONT = 'system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif';
/** Words over lines stay readable. */
const HALO: Attributes = { "paint-order": "stroke", stroke: PAPER, "stroke-width": 3, "stroke-linejoin": "round" };

/** Rows as they are shown now, in the window of time that is shown now; the first 2,000, and a note where there are more. */
export function drawAll(trace: Trace, visible: Visible, state: State): SVGSVGElement {
  const rows = rowsOf(trace, visible);
  const last = Math.min(rows.count, ROWS_MAX);
  const axis = new Axis(trace.last, state.squeezed ? quiet(trace).silences : []);
  const scale = new TimeScale(axis, state.window && fitted(axis, state.window), WIDTH - NAMES - PAD);
  const height = TOP + last * ROW + FOOT;
  const placed = layout(rows, { width: scale.width, from: 0, to: last }, scale);
  const path = placed.critical;
  return svg(
    "svg",
    { width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}`, "font-family": FONT, "font-size": 12, fill: INK, role: "img", "aria-label": title(trace) },
    svg("defs", {}, hatch(), clip(scale.width, height)),
    svg("rect", { width: WIDTH, height, fill: PAPER }),
    text(title(trace), 16, 24, { "font-size": 15, "font-weight": 600 }),
    ruler(scale, trace, last),
    svg("g", { transform: `translate(0 ${TOP})` }, ...lines(guides(rows, 0, last)), ...placed.rows.map((row) => name(rows, row))),
    svg(
      "g",
      { transform: `translate(${NAMES} ${TOP})`, "clip-path": "url(#itk-times)" },
      ...placed.rows.map((row) => bars(rows, row)),
      line(path.along.map((each) => stroke(each, 0)).join(""), INK, { "stroke-width": 3 }),
      line(path.across.map((each) => acrossShape(each, 0)).join(""), INK, { "stroke-opacity": 0.5 }),
      ...placed.marks.map((mark) => svg("path", { d: markShape(mark, 0), ...[{ stroke: INK }, { fill: WARN }, { fill: BAD }][mark.level] })),
    ),
    text(note(rows, last, placed.critical.along.length > 0), 16, height - 12, { fill: MUTED, "font-size": 11 }),
  );
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

function ruler(scale: TimeScale, trace: Trace, last: number): SVGGElement {
  const height = last * ROW;
  const marks = ticks(scale, trace.unitNs);
  const cut = cuts(scale, trace.unitNs);
  return svg(
    "g",
    { transform: `translate(${NAMES} ${TOP})` },
    line(marks.map(({ x }) => `M${round(x)} 0V${height}`).join(""), SOFT),
    line(marks.map(({ x }) => `M${round(x)} -8V0`).join(""), MUTED),
    line(cut.map((each) => waves(each, 0, height)).join(""), WARN, { "stroke-opacity": 0.6 }),
    line(`M${-NAMES} 0H${scale.width}M0 0V${height}`, LINE),
    ...marks.map(({ x, label }) => text(label, x + 4, -12, { fill: MUTED, "font-size": 11 })),
    ...cut.map(({ x0, x1, label }) => text(label, (x0 + x1) / 2, -24, { fill: WARN, "font-size": 10.5, "text-anchor": "middle", "font-style": "italic" })),
  );
}

function lines(all: readonly Guide[]): SVGElement[] {
  return all.map((guide) => {
    const dashes = { inferred: { stroke: WARN, "stroke-dasharray": "4 3" }, unresolved: { "stroke-dasharray": "1 3.5" } };
    return line(elbow(guide, 0), "#aab2be", guide.tier === "inferred" || guide.tier === "unresolved" ? dashes[guide.tier] : {});
  });
}

function name(rows: Rows, { row, span, ghost }: PlacedRow): SVGElement {
  const y = row * ROW;
  if (span < 0) return text(fit(`not seen: ${rows.trace.components[rows.trace.ghosts[ghost]?.target ?? -1]?.name ?? ""}`, NAMES - 60), 46, y + 18, { fill: WARN, "font-style": "italic" });
  const { trace, visible } = rows;
  const component = trace.componentOf(span);
  const x = indent(visible.depth[span] ?? 0) + 17;
  const below = visible.below.get(span);
  const extra = [rows.folds.has(span) ? folded(rows, span) : "", below && expanded(rows, span) === false ? `+${below.spans}` : ""].filter(Boolean).join(" ");
  const room = NAMES - x - 34 - (extra ? widthOf(extra, 11) + 10 : 0);
  const first = fit(trace.operation(span), room * 0.66, 13);
  const left = room - widthOf(first, 13) - 6;
  return svg(
    "g",
    { transform: `translate(0 ${y})` },
    line(componentIcon(component.type), lineColour(component), { transform: `translate(${x} 6.5) scale(.94)`, "stroke-width": 1.4 }),
    text(first, x + 22, 18, { "font-size": 12.5 }),
    text(fit(component.name, left, 12), x + 22 + widthOf(first, 13) + 6, 18, { fill: MUTED, "font-size": 11.5 }),
    text(extra, NAMES - 8, 18, { "text-anchor": "end", "font-size": 10.5, "font-weight": 600 }),
  );
}

function bars(rows: Rows, placed: PlacedRow): SVGElement {
  const component = placed.span < 0 ? null : rows.trace.componentOf(placed.span);
  const [fill, edge] = component ? [barColour(component, "light"), lineColour(component)] : ["none", WARN];
  const bad = placed.cross !== null;
  const drawn: SVGElement[] = [];
  const { wait, bar, others, cross } = placed;
  if (wait) {
    drawn.push(svg("rect", { x: wait.x0, y: 9, width: wait.x1 - wait.x0, height: 9, rx: 2, fill: "url(#itk-hatch)", stroke: MUTED }));
    if (wait.text) drawn.push(text(wait.text, (Math.max(wait.x0, 0) + wait.x1) / 2, 17.5, { "text-anchor": "middle", "font-size": 11, ...HALO, "stroke-width": 5 }));
  }
  if (others.length) {
    drawn.push(svg("path", { d: boxes(others.filter((each) => !each.failed)), fill, "fill-opacity": 0.5, stroke: edge }));
    drawn.push(svg("path", { d: boxes(others.filter((each) => each.failed)), fill, "fill-opacity": 0.5, stroke: BAD }));
    drawn.push(line(thread(placed), edge, { "stroke-dasharray": "1.5 4", "stroke-linecap": "round" }));
  }
  if (bar) {
    const dash = placed.open ? { "stroke-dasharray": "4 3", "fill-opacity": 0.35 } : {};
    drawn.push(svg("path", { d: shape(bar, placed.open, placed.ghost >= 0), fill, stroke: bad ? BAD : edge, "stroke-width": bad ? 2 : 1, ...dash }));
  }
  if (cross !== null) drawn.push(line(statusIcon("error"), BAD, { transform: `translate(${round(cross)} 7) scale(.84)`, "stroke-width": 1.8 }));
  for (const pill of placed.pills) {
    drawn.push(svg("rect", { x: pill.x, y: 5.5, width: pill.width, height: 16, rx: 8, fill: PAPER, stroke: WARN }));
    drawn.push(text(pill.text, pill.x + pill.width / 2, 17.2, { "text-anchor": "middle", "font-size": 10.5, "font-weight": 600, fill: WARN }));
  }
  const colour = placed.span < 0 ? WARN : bad && !placed.inside ? BAD : INK;
  drawn.push(text(placed.text, placed.x, BAR_TOP + BAR - 3, { fill: colour, ...(bad ? { "font-weight": 600 } : {}), ...(placed.inside ? {} : HALO) }));
  return svg("g", { transform: `translate(0 ${placed.row * ROW})` }, ...drawn);
}

function text(said: string, x: number, y: number, more: Attributes = {}): SVGTextElement {
  return svg("text", { x, y, ...more }, document.createTextNode(said));
}

function line(d: string, stroke: string, more: Attributes = {}): SVGPathElement {
  return svg("path", { d: d || null, fill: "none", stroke, ...more });
}

function hatch(): SVGPatternElement {
  const stripe = svg("path", { d: "M0 0V6", stroke: MUTED, "stroke-width": 2 });
  return svg("pattern", { id: "itk-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, stripe);
}

function clip(width: number, height: number): SVGClipPathElement {
  return svg("clipPath", { id: "itk-times" }, svg("rect", { x: 0, y: -TOP, width, height: height + TOP }));
}
