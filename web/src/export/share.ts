/** This page again, as one file without payloads: the same policy, style and script, and an index that says less. */
import { places } from "../data/columns";
import { indexElements, readData } from "../data/page";
import type { RawIndex } from "../data/raw";
import { count } from "../layout/units";
import { hex } from "../model/text";
import { withoutPayloads } from "./share_index";

const PLAIN_LIMIT = 256 * 1024; // as Python does: below this, data stays JSON

/** Why there can be no copy, in words. */
export class NoCopy extends Error {}

export async function shareableCopy(page: Document): Promise<string> {
  const style = page.querySelector("head > style")?.textContent;
  const script = page.querySelector("body > script:not([type])")?.textContent;
  const packed = [...page.querySelectorAll<HTMLScriptElement>('script[type="application/itk-style"], script[type="application/itk-viewer"]')];
  const policy = page.querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy"]')?.content;
  if (!style || !script || !policy || !packed.length) {
    throw new NoCopy("the script of this page lies in a file of its own, which a page may not read: only a page of one file can be copied");
  }
  const runs = await Promise.all(indexElements(page).map(stripped));
  const data = await Promise.all(runs.map(({ run, raw }) => indexScript(run, raw)));
  return [
    "<!DOCTYPE html>",
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">',
    // Style and script byte for byte: the policy knows them by their hash.
    `${element("title", escaped(titleOf(runs[0]?.raw)))}${element("style", style)}</head>`,
    `<body data-view="${escaped(page.body.dataset["view"] ?? "sequence")}"><div id="app"></div>`,
    ...data,
    ...packed.map(({ type, text }) => element("script", text, { type })),
    element("script", script),
    element("div", runs.map(({ raw }) => plain(raw)).join(""), { id: "plain" }),
    "</body></html>",
    "",
  ].join("\n");
}

async function stripped(element: HTMLScriptElement): Promise<{ run: string; raw: RawIndex }> {
  return { run: element.dataset["run"] ?? "0", raw: withoutPayloads(await readData(element)) };
}

function titleOf(raw: RawIndex | undefined): string {
  return raw ? `${raw.run.status}: ${raw.run.title} - shareable copy` : "shareable copy";
}

async function indexScript(run: string, raw: RawIndex): Promise<string> {
  const json = JSON.stringify(raw).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${hex(c)}`);
  const small = json.length < PLAIN_LIMIT;
  const [encoding, text] = small ? ["json", json] : ["gzip", await zipped(json)];
  return element("script", text, { type: "application/itk-index", "data-encoding": encoding, "data-run": run });
}

async function zipped(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** What stands there without a script: the verdict and the checks. */
function plain({ run, checks }: RawIndex): string {
  const judged = checks.map((check) => {
    const told = [check.expected && `expected ${check.expected}`, check.actual && `actual ${check.actual}`, check.where];
    const said = [...told, `${count(places(check.spans).length, "span")} cited`].filter(Boolean).join(", ");
    return `${element("strong", escaped(check.status))} ${escaped(`${check.name} (${said})`)}`;
  });
  return element(
    "div",
    [
      element("h1", escaped(`${run.status.toUpperCase()}: ${run.title}`)),
      ...run.banners.map(({ word, text }) => element("p", `${element("strong", escaped(word))} ${escaped(text)}`)),
      list(run.facts.map(({ name, text }) => escaped(`${name}: ${text}`))),
      element("h2", "Checks"),
      list(judged),
      element("h2", "Counts"),
      list(run.counts.map(({ name, n }) => escaped(`${name}: ${n}`))),
      element("p", "The drawing of this copy needs JavaScript."),
    ].join("\n"),
    { class: "copy" },
  );
}

function list(items: readonly string[]): string {
  return element("ul", items.map((item) => element("li", item)).join(""));
}

/** `content` is markup already. */
function element(tag: string, content: string, attributes: Readonly<Record<string, string>> = {}): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return `<${tag}${written.join("")}>${content}</${tag}>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
