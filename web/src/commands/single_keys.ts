/** Keys as a table of commands writes them, and whether those without Ctrl do something. */

const STORED = "itk.viewer.single-keys";
/** Where it cannot be kept, it holds as long as the page is open. */
let singleKeys = read();

/** Whether keys without Ctrl do something; who dictates to a computer may want that they do not. */
export function hasSingleKeys(): boolean {
  return singleKeys;
}

export function setSingleKeys(on: boolean): void {
  singleKeys = on;
  try {
    localStorage.setItem(STORED, on ? "on" : "off");
  } catch {
    // A browser may forbid pages of files to keep anything.
  }
}

/** A key as the table writes it; on a Mac, Command counts as Ctrl. */
export function chord(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const isLong = event.key.length > 1;
  return `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${event.altKey ? "alt+" : ""}${event.shiftKey && isLong ? "shift+" : ""}${event.key}`;
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:TEXTAREA|SELECT)$/.test(target.tagName) || (target instanceof HTMLInputElement && !/^(?:checkbox|radio|button)$/.test(target.type)))
  );
}

function read(): boolean {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // see setSingleKeys
  }
}
