/** Starts the page of a suite. Where it cannot start, the page stays readable without it. */
import { render } from "preact";
import { unpack } from "../data/unpack";
import { keepForPaper } from "../paper";
import { App } from "./app";
import { followAddress } from "./address";
import { listenToKeys } from "./keys";
import { type RawSuite, VERSION } from "./raw";
import { Report } from "./report";
import { decode } from "./state";

const root = document.documentElement;

async function read(): Promise<RawSuite> {
  const element = document.querySelector<HTMLScriptElement>('script[type="application/itk-suite"]');
  if (!element) throw new Error("this page holds no suite");
  const raw = JSON.parse(await unpack(element.text, element.dataset["encoding"] === "gzip" ? "gzip" : "json")) as RawSuite; // Python wrote it
  if (raw.v !== VERSION) throw new Error(`this page holds data of version ${raw.v}, its script reads ${VERSION}`);
  return raw;
}

async function start(): Promise<void> {
  root.classList.add("js");
  const suite = await read();
  const place = document.getElementById("app");
  if (!place) throw new Error("this page has no place for it");
  const { state, notes } = decode(suite, location.hash);
  const report = new Report(suite, state);
  followAddress(report);
  listenToKeys(report);
  render(<App report={report} />, place);
  if (notes.length) report.say(`Of this address was left out: ${notes.join("; ")}.`);
  keepForPaper(document);
  requestAnimationFrame(() => {
    root.dataset["ready"] = String(Math.round(performance.now()));
  });
}

start().catch((error: unknown) => {
  root.classList.remove("js");
  const note = document.createElement("p");
  note.setAttribute("role", "alert");
  note.textContent = `The page could not start: ${error instanceof Error ? error.message : String(error)}. What follows is the page without it.`;
  document.body.prepend(note);
  throw error;
});
