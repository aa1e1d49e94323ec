/** Texts out of the page's data elements: JSON as it is, or gzip in base64. */

export type Encoding = "json" | "gzip";

export async function unpack(text: string, encoding: Encoding): Promise<string> {
  return encoding === "gzip" ? new Response(inflated(bytes(text.trim()))).text() : text;
}

export function bytes(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const found = new Uint8Array(text.length);
  for (let n = 0; n < text.length; n++) found[n] = text.charCodeAt(n);
  return found;
}

/** By hand: a `Blob` would go through another process, for each chunk of a search. */
function inflated(data: Uint8Array<ArrayBuffer>): ReadableStream {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  // What is wrong with the data is told to who reads it.
  writer.write(data).catch(() => {});
  writer.close().catch(() => {});
  return readable;
}
