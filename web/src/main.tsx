/** Starts the viewer on the page that holds it. Where it cannot start, the page stays readable without it. */
import { render } from "preact";
import { App } from "./app";
import { listenToKeys } from "./commands/keys";
import { chunksOf, readIndex } from "./data/page";
import { Trace } from "./model/trace";
import { keepForPaper } from "./paper";
import { startSearch } from "./search/search";
import { firstState, followAddress, readAddress } from "./state/address";
import { Viewer } from "./viewer";

const root = document.documentElement;

async function start(): Promise<void> {
  root.classList.add("js");
  const raw = await readIndex(document, 0);
  const place = document.getElementById("app");
  if (!raw || !place) throw new Error("this page holds no run");
  const trace = new Trace(raw);
  const wishes = readAddress(trace);
  const viewer = new Viewer(trace, chunksOf(document, raw, 0, trace), { ...firstState(trace), ...wishes.state });
  followAddress(viewer, wishes);
  startSearch(viewer);
  listenToKeys(viewer);
  render(<App viewer={viewer} />, place);
  keepForPaper(document);
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
