/** The keyboard: looks a key up in the table of commands, and leaves alone whatever somebody else needs. */
import type { Viewer } from "../viewer";
import { COMMANDS, type Command, isEnabled } from "./commands";
import { chord, hasSingleKeys, isTyping } from "./single_keys";

export function listenToKeys(viewer: Viewer): void {
  document.addEventListener("keydown", (event) => {
    const command = commandOf(event);
    if (!command || event.defaultPrevented || event.isComposing || !mayRun(viewer, event)) return;
    if (!isEnabled(viewer, command)) return;
    event.preventDefault();
    command.run(viewer);
  });
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
  return isChord || isFunction || hasSingleKeys();
}
