/** What the sheet of exports can do; each says what came of it, in words. */
import { count, grouped } from "../layout/units";
import type { Viewer } from "../viewer";
import { drawAll as drawSequence } from "../view/sequence/export";
import { drawAll as drawWaterfall } from "../view/waterfall/export";
import { copyText } from "./copy";
import { LIMIT, mermaid } from "./mermaid";
import { fileName } from "./names";
import { type Picture, picture, png, scaleOf } from "./picture";
import { saveBlob, saveText } from "./save";
import { shareableCopy } from "./share";

/** `text` is there to be copied by hand where the clipboard refused it. */
export interface Outcome {
  readonly said: string;
  readonly text?: string;
}

/** The spans that are copied: those picked, else the selected one. */
export function chosen(viewer: Viewer): number[] {
  const { picked, selected } = viewer.state;
  return picked.size ? [...picked].sort((a, b) => a - b) : selected === null ? [] : [selected];
}

export async function saveSvg(viewer: Viewer): Promise<Outcome> {
  const name = nameOf(viewer, "svg");
  saveText(name, drawn(viewer).text, "image/svg+xml");
  return { said: `Saved ${name}` };
}

export async function savePng(viewer: Viewer): Promise<Outcome> {
  const made = drawn(viewer);
  const name = nameOf(viewer, "png");
  const scale = scaleOf(made);
  saveBlob(name, await png(made));
  return { said: `Saved ${name}${scale < 2 ? `, at ${scale.toFixed(1)} times its size: more does not fit into a PNG` : ""}` };
}

export async function copyMermaid(viewer: Viewer): Promise<Outcome> {
  const { text, leftOut } = mermaid(viewer.trace, viewer.visible());
  return copied(text, `Mermaid text${cutAt(leftOut)}`);
}

export async function saveMermaid(viewer: Viewer): Promise<Outcome> {
  const { text, leftOut } = mermaid(viewer.trace, viewer.visible());
  const name = fileName(viewer.trace.run, "sequence.mmd");
  saveText(name, text, "text/plain");
  return { said: `Saved ${name}${cutAt(leftOut)}` };
}

export async function saveShareable({ trace }: Viewer): Promise<Outcome> {
  const name = fileName(trace.run, "shareable.html");
  saveText(name, await shareableCopy(document), "text/html");
  return { said: `Saved ${name}: payloads, log lines, error messages and ids were left out` };
}

export async function copied(text: string, what: string): Promise<Outcome> {
  if (await copyText(text)) return { said: `Copied: ${what}` };
  return { said: "The browser refused the clipboard: copy by hand what stands below", text };
}

export function saved(viewer: Viewer, what: string, text: string, type = "text/plain"): Outcome {
  const name = fileName(viewer.trace.run, what);
  saveText(name, text, type);
  return { said: `Saved ${name}` };
}

function cutAt(leftOut: number): string {
  return leftOut ? `, cut at ${grouped(LIMIT)} characters: ${count(leftOut, "message")} not drawn` : "";
}

function nameOf({ state, trace }: Viewer, ending: string): string {
  return fileName(trace.run, `${state.view === "sequence" ? "sequence" : "timeline"}.${ending}`);
}

function drawn(viewer: Viewer): Picture {
  const { trace, state } = viewer;
  const seen = viewer.visible();
  const shown = seen.spans.length;
  const drawing = (state.view === "sequence" ? drawSequence : drawWaterfall)(trace, seen, state);
  const part = `${grouped(shown)} of ${count(trace.n, "span")} are shown; the others are folded, filtered or collapsed`;
  const other = trace.compare ? `Compared with run ${trace.compare.raw.run.id}: + only here, − only there, ~ changed, ↕ moved` : "";
  return picture(trace.run, drawing, [shown < trace.n ? part : "", other].filter(Boolean).join(". "));
}
