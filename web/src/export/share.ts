/** This page again, as one file without payloads: the same policy, style and script, and an index that says less. */
import { indexElements, readData } from "../data/page";
import type { RawIndex } from "../data/raw";
import { count } from "../layout/units";
import { cited, withoutPayloads } from "./share_index";

const PLAIN_LIMIT = 256 * 1024; // as Python does: below this, data stays JSON

/** Why there can be no copy, in words. */
export class NoCopy extends Error {}

export async function shareableCopy(page: Document): Promise<string> {
  const style = page.querySelector("head > style")?.textContent;
  const script = page.querySelector("body > script:not([type])")?.textContent;
  const packed = [...page.querySelectorAll('script[type="application/itk-style"], script[type="application/itk-viewer"]')];
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
    `<title>${escaped(titleOf(runs[0]?.raw))}</title><style>${style}</style></head>`,
    `<body data-view="${escaped(page.body.dataset["view"] ?? "sequence")}"><div id="app"></div>`,
    ...data,
    ...packed.map((element) => `<script type="${escaped(element.getAttribute("type") ?? "")}">${element.textContent ?? ""}</script>`),
    `<script>${script}</script>`,
    `<div id="plain">${runs.map(({ raw }) => plain(raw)).join("")}</div>`,
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
  const code = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const json = JSON.stringify(raw).replace(/[<>&\u2028\u2029]/g, code);
  const small = json.length < PLAIN_LIMIT;
  const [encoding, text] = small ? ["json", json] : ["gzip", await zipped(json)];
  return `<script type="application/itk-index" data-encoding="${encoding}" data-run="${escaped(run)}">${text}</script>`;
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
  const facts = run.facts.map((fact) => `<li>${escaped(fact.name)}: ${escaped(fact.text)}</li>`);
  const counts = run.counts.map((counted) => `<li>${escaped(counted.name)}: ${counted.n}</li>`);
  const judged = checks.map((check) => {
    const told = [check.expected && `expected ${check.expected}`, check.actual && `actual ${check.actual}`, check.where];
    const said = [...told, `${count(cited(check), "span")} cited`].filter(Boolean).join(", ");
    return `<li><strong>${escaped(check.status)}</strong> ${escaped(check.name)} (${escaped(said)})</li>`;
  });
  return [
    `<div class="copy"><h1>${escaped(run.status.toUpperCase())}: ${escaped(run.title)}</h1>`,
    ...run.banners.map((banner) => `<p><strong>${escaped(banner.word)}</strong> ${escaped(banner.text)}</p>`),
    `<ul>${facts.join("")}</ul><h2>Checks</h2><ul>${judged.join("")}</ul><h2>Counts</h2><ul>${counts.join("")}</ul>`,
    "<p>The drawing of this copy needs JavaScript.</p></div>",
  ].join("\n");
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
