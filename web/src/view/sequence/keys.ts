/** What keys do while a message has the focus. */

export type Act =
  | { readonly act: "move"; readonly by: number | "first" | "last" | "page up" | "page down" }
  | { readonly act: "caller" | "callee" | "open" | "collapse" | "turn" | "pick" }
  | { readonly act: "zoom"; readonly by: -1 | 0 | 1 };

const ACTS: Readonly<Record<string, Act>> = {
  ArrowUp: { act: "move", by: -1 },
  ArrowDown: { act: "move", by: 1 },
  PageUp: { act: "move", by: "page up" },
  PageDown: { act: "move", by: "page down" },
  Home: { act: "move", by: "first" },
  End: { act: "move", by: "last" },
  ArrowLeft: { act: "caller" },
  ArrowRight: { act: "callee" },
  Enter: { act: "open" },
  " ": { act: "collapse" },
  u: { act: "turn" },
  "+": { act: "zoom", by: 1 },
  "=": { act: "zoom", by: 1 },
  "-": { act: "zoom", by: -1 },
  "0": { act: "zoom", by: 0 },
};

export function actOf(event: KeyboardEvent): Act | null {
  if (event.altKey || event.metaKey || (event.ctrlKey && event.key !== " ")) return null;
  if (event.key === " " && (event.ctrlKey || event.shiftKey)) return { act: "pick" };
  return ACTS[event.key] ?? null;
}
