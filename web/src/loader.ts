/** Unpacks the viewer that the page carries and starts it. The page's policy knows script and style by their hash. */

export {}; // a module of its own: it is built into a script that stands alone

declare global {
  interface Window {
    trustedTypes?: { createPolicy<Rules>(name: string, rules: Rules): Rules };
  }
}

const root = document.documentElement;
// The only scripts that this policy lets pass are those of the page; their hash is checked by the browser.
const policy = window.trustedTypes?.createPolicy("itk-loader", { createScript: (code: string) => code });

async function unpacked(kind: string): Promise<string> {
  const packed = document.querySelector(`script[type="application/itk-${kind}"]`)?.textContent ?? "";
  const data = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
  return new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
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
