/** The diagram as a picture of its own: everything at natural size, in light colours, in need of no style sheet. */
import { barsIn, framesIn, layout, sequence, widthOf } from "../../layout/sequence/diagram";
import type { Visible } from "../../model/lens";
import type { Trace } from "../../model/trace";
import type { State } from "../../state/state";
import { NO_HITS } from "../../viewer";
import { HEAD, Head } from "./head";
import { lights } from "../lights";
import { Paper } from "./paper";
import { standalone } from "../standalone";
import { put, say, svg } from "../svg";

/** A picture of more rows than this opens nowhere. */
export const ROWS_MAX = 2_000;

/** What is shown through the lens, from the first row on; what was cut is said at the end. */
export function drawAll(trace: Trace, visible: Visible, state: State): SVGSVGElement {
  const model = sequence(trace, visible);
  const rows = Math.min(model.rows.n, ROWS_MAX);
  const width = Math.ceil(Math.max(widthOf(model, 1), 420));
  const height = Math.ceil((model.rows.y[rows] ?? 0) + 14);
  const box = { left: 0, top: 0, width, height };
  const lit = lights(trace, visible, { ...state, selected: null, picked: new Set() }, NO_HITS);
  const paper = new Paper();
  const drawn = layout(model, { ...box, height: height - 15 }, 1);
  const bars = barsIn(model, box, 1, Infinity);
  paper.draw({ model, zoom: 1, box, lit, cursor: -1, hover: -1, fresh: true }, { ...drawn, bars, frames: framesIn(model, box, 1) }, true);
  const crown = svg("g");
  new Head(crown).draw(trace.components, drawn.lifelines, 1000);
  put(paper.root, { x: 0, y: HEAD });
  const whole = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, height: HEAD + height + 26, viewBox: `0 0 ${width} ${HEAD + height + 26}`, role: "img", "aria-label": `Sequence diagram of ${trace.run.title}` });
  whole.append(svg("rect", { width: "100%", height: "100%", fill: "#ffffff" }), crown, paper.root);
  if (!model.rows.n || rows < model.rows.n) whole.append(noteAt(HEAD + height + 10, model.rows.n, rows));
  const title = svg("title");
  say(title, trace.run.title);
  whole.prepend(title);
  return standalone(whole, "seq");
}

function noteAt(y: number, all: number, rows: number): SVGElement {
  const note = svg("text", { x: 16, y, class: "cut" });
  say(note, all ? `Cut here: ${rows.toLocaleString("en")} of ${all.toLocaleString("en")} rows are drawn.` : "No span was seen.");
  return note;
}
