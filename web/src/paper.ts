/** What stands there without a script is for paper too. It waits outside the document until somebody prints. */

export function keepForPaper(page: Document): void {
  if (page.readyState === "loading") {
    page.addEventListener("DOMContentLoaded", () => keepForPaper(page), { once: true });
    return;
  }
  const plain = page.getElementById("plain");
  if (!plain) return;
  const paper = matchMedia("print");
  const show = (printing: boolean) => (printing ? page.body.append(plain) : plain.remove());
  show(paper.matches);
  addEventListener("beforeprint", () => show(true));
  addEventListener("afterprint", () => show(false));
  paper.addEventListener("change", () => show(paper.matches));
}
