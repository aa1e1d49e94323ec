/** Unpacks the viewer that the page carries and starts it. The page's policy knows script and style by their hash. */

import { unpack } from "./data/unpack";

declare global {
  interface Window {
    trustedTypes?: { createPolicy<Rules>(name: string, rules: Rules): Rules };
  }
}

const root = document.documentElement;
// The only scripts that this policy lets pass are those of the page; their hash is checked by the browser.
const policy = window.trustedTypes?.createPolicy("itk-loader", { createScript: (code: string) => code });

function unpacked(kind: string): Promise<string> {
  return unpack(document.querySelector(`script[type="application/itk-${kind}"]`)?.textContent ?? "", "gzip");
}

async function start(): Promise<void> {
  root.classList.add("js");
  const [css, code] = await Promise.all([unpacked("style"), unpacked("viewer")]);
  const style = document.createElement("style");
  style.textContent = css;
  const script = document.createElement("script");
  script.text = policy ? policy.createScript(code) : code;
  document.head.append(style, script);
  script.remove();
}

start().catch((error: unknown) => {
  root.classList.remove("js");
  const note = document.createElement("p");
  note.setAttribute("role", "alert");
  note.textContent = `The viewer could not be unpacked: ${String(error)}. What follows is the page without it.`;
  document.body.prepend(note);
});
