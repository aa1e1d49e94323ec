/** Starts the viewer on the page that holds it. Where it cannot start, the page stays readable without it. */
import { render } from "preact";
import { App } from "./app";
import { chunksOf, readIndex } from "./data/page";
import { Trace } from "./model/trace";
import type { View } from "./state/state";
import { Viewer } from "./viewer";

const root = document.documentElement;

async function start(): Promise<void> {
  root.classList.add("js");
  const raw = await readIndex(document, 0);
  const place = document.getElementById("app");
  if (!raw || !place) throw new Error("this page holds no run");
  const view: View = document.body.dataset["view"] === "waterfall" ? "waterfall" : "sequence";
  const trace = new Trace(raw);
  const viewer = new Viewer(trace, chunksOf(document, raw, 0, trace), { view });
  render(<App viewer={viewer} />, place);
  requestAnimationFrame(() => {
    root.dataset["ready"] = String(Math.round(performance.now()));
  });
}

start().catch((error: unknown) => {
  root.classList.remove("js");
  const note = document.createElement("p");
  note.setAttribute("role", "alert");
  note.textContent = `The viewer could not start: ${error instanceof Error ? error.message : String(error)}. What follows is the page without it.`;
  document.body.prepend(note);
  throw error;
});
