/** The keyboard: looks a key up in the table of commands, and leaves alone whatever somebody else needs. */
import type { Viewer } from "../viewer";
import { COMMANDS, type Command, isEnabled } from "./commands";

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

export function listenToKeys(viewer: Viewer): void {
  document.addEventListener("keydown", (event) => {
    const command = commandOf(event);
    if (!command || event.defaultPrevented || event.isComposing || !mayRun(viewer, event)) return;
    if (!isEnabled(viewer, command)) return;
    event.preventDefault();
    command.run(viewer);
  });
}

/** A key as the table writes it; on a Mac, Command counts as Ctrl. */
export function chord(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const isLong = event.key.length > 1;
  return `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${event.altKey ? "alt+" : ""}${event.shiftKey && isLong ? "shift+" : ""}${event.key}`;
}

function commandOf(event: KeyboardEvent): Command | undefined {
  const keys = chord(event);
  return COMMANDS.find((command) => command.keys.includes(keys));
}

function mayRun(viewer: Viewer, event: KeyboardEvent): boolean {
  const isChord = event.ctrlKey || event.metaKey;
  const isFunction = event.key.length > 1;
  if (viewer.state.sheet) return isChord; // a sheet closes itself on Escape
  if (isTyping(event.target)) return isChord || /^F\d/.test(event.key);
  return isChord || isFunction || singleKeys;
}

function isTyping(target: EventTarget | null): boolean {
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
