/** The data elements of this page: the index of each run in it, and its chunks, within the page or beside it. */
import { whole } from "../model/detail";
import type { Trace } from "../model/trace";
import { Chunks } from "./chunks";
import { type RawIndex, VERSION } from "./raw";
import { type Encoding, unpack } from "./unpack";

export class UnknownVersion extends Error {}

/** The index of each run in the page. They stay there: a copy of the page is made from them. */
export function indexElements(page: Document): HTMLScriptElement[] {
  return [...page.querySelectorAll<HTMLScriptElement>('script[type="application/itk-index"]')];
}

export async function readIndex(page: Document, run: number): Promise<RawIndex | null> {
  const element = indexElements(page).find((each) => each.dataset["run"] === String(run));
  return element ? readData(element) : null;
}

export async function readData(element: HTMLScriptElement): Promise<RawIndex> {
  const raw = JSON.parse(await unpack(element.text, encodingOf(element))) as RawIndex; // Python wrote it
  if (raw.v !== VERSION) throw new UnknownVersion(`this page holds data of version ${raw.v}, its viewer reads ${VERSION}`);
  return raw;
}

export function chunksOf(page: Document, raw: RawIndex, run: number, trace: Trace): Chunks {
  return new Chunks(raw.chunks, trace.n, (chunk) => readChunk(page, run, chunk), (span, line) => whole(trace, span, line));
}

async function readChunk(page: Document, run: number, chunk: number): Promise<string> {
  await parsed(page);
  const place = `script[type="application/itk-chunk"][data-run="${run}"][data-chunk="${chunk}"]`;
  const element = page.querySelector<HTMLScriptElement>(place);
  return element ? unpack(element.text, encodingOf(element)) : readBeside(page, run, chunk);
}

async function readBeside(page: Document, run: number, chunk: number): Promise<string> {
  const name = `payloads/chunk-${run}-${String(chunk).padStart(4, "0")}.js`;
  try {
    return await unpack(await packed(page, name, `${run}.${chunk}`), "gzip");
  } catch (error) {
    if (error instanceof NoFile) throw error;
    throw new Error(broken(name)); // what the browser says of it tells nobody what to do
  }
}

function broken(name: string): string {
  return `${name} is broken: render the run again, or copy the file again`;
}

function encodingOf(element: HTMLScriptElement): Encoding {
  return element.dataset["encoding"] === "gzip" ? "gzip" : "json";
}

/** The chunks stand after the viewer, so that it can begin before the page is read to its end. */
function parsed(page: Document): Promise<void> {
  if (page.readyState !== "loading") return Promise.resolve();
  return new Promise((done) => page.addEventListener("DOMContentLoaded", () => done(), { once: true }));
}

class NoFile extends Error {}

const arriving = new Map<string, (text: string) => void>();
/** Packed, so that a second search runs no file again. */
const arrived = new Map<string, Promise<string>>();

function packed(page: Document, name: string, chunk: string): Promise<string> {
  let text = arrived.get(chunk);
  if (!text) arrived.set(chunk, (text = handedOver(page, name, chunk)));
  text.catch(() => arrived.delete(chunk));
  return text;
}

/** Over file:// a page may run its neighbours and read nothing else: each side file hands its chunk over. */
function handedOver(page: Document, name: string, chunk: string): Promise<string> {
  return new Promise((done, failed) => {
    arriving.set(chunk, done);
    const script = page.createElement("script");
    script.addEventListener("error", () => failed(new NoFile(`${name} is missing: it belongs beside this page`)));
    // A script has run when it has loaded: what was not handed over by then never will be.
    script.addEventListener("load", () => {
      script.remove();
      failed(new NoFile(broken(name)));
    });
    script.src = trusted(name);
    page.head.append(script);
  });
}

declare global {
  interface Window {
    itkChunk?: (run: number, chunk: number, text: string) => void;
  }
}

window.itkChunk = (run, chunk, text) => {
  arriving.get(`${run}.${chunk}`)?.(text);
  arriving.delete(`${run}.${chunk}`);
};

let policy: { createScriptURL(url: string): string } | null = null;

/** The only script URLs that this page ever makes: its own side files. */
function trusted(name: string): string {
  policy ??= window.trustedTypes?.createPolicy("itk", {
    createScriptURL: (url) => {
      if (!/^payloads\/chunk-\d+-\d{4,}\.js$/.test(url)) throw new Error("not a file of this run");
      return url;
    },
  }) ?? { createScriptURL: (url) => url };
  return policy.createScriptURL(name);
}
