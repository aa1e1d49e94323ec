/** The line between names and times, to be moved with a pointer or with keys. */
import { follow } from "../pointer";
import { NAMES_MAX, NAMES_MIN, options } from "./options";

/** `now` is how wide the names are, `left` where they begin on the page. */
export function resizable(separator: HTMLElement, now: () => number, left: () => number): void {
  separator.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 50 : 10;
    const to = { ArrowLeft: now() - step, ArrowRight: now() + step, Home: NAMES_MIN, End: NAMES_MAX }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  });
  separator.addEventListener("pointerdown", (down) => {
    separator.setPointerCapture(down.pointerId);
    const from = left();
    follow(separator, (event) => set(event.clientX - from));
  });
}

function set(names: number): void {
  options.set({ names: Math.round(Math.min(Math.max(names, NAMES_MIN), NAMES_MAX)) });
}
