/** Files out of the page: the browser asks where to, or puts them where downloads go. */

const KEPT_MS = 60_000;

export function saveText(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }));
}

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  // Browsers read the blob after the click; none says when it is done.
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
