/** What each key does in the waterfall. */

export type Move = "up" | "down" | "first" | "last" | "page-up" | "page-down";

/** What keys can ask for. */
export interface Actions {
  move(to: Move): void;
  /** As in a tree: open, or go to the first below; close, or go to the caller. */
  right(): void;
  left(): void;
  open(): void;
  collapse(): void;
  unfold(): void;
  pick(): void;
  zoom(factor: number): void;
  whole(): void;
  pan(part: number): void;
  focus(): void;
}

const MOVES: Readonly<Record<string, Move>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
  PageUp: "page-up",
  PageDown: "page-down",
};

const ZOOM = 1.6;
const PAN = 0.2;

/** True where the key was meant for the waterfall. */
export function press(event: KeyboardEvent, to: Actions): boolean {
  if (event.altKey || event.metaKey || event.ctrlKey) return false;
  const move = MOVES[event.key];
  if (move && !event.shiftKey) {
    to.move(move);
    return true;
  }
  const act = event.shiftKey ? (SHIFTED[event.key] ?? PLAIN[event.key]) : PLAIN[event.key];
  act?.(to);
  return act !== undefined;
}

type Act = (to: Actions) => void;

const SHIFTED: Readonly<Record<string, Act>> = {
  ArrowLeft: (to) => to.pan(-PAN),
  ArrowRight: (to) => to.pan(PAN),
};

const PLAIN: Readonly<Record<string, Act>> = {
  ArrowLeft: (to) => to.left(),
  ArrowRight: (to) => to.right(),
  Enter: (to) => to.open(),
  " ": (to) => to.collapse(),
  u: (to) => to.unfold(),
  "+": (to) => to.zoom(ZOOM),
  "=": (to) => to.zoom(ZOOM),
  "-": (to) => to.zoom(1 / ZOOM),
  _: (to) => to.zoom(1 / ZOOM),
  "0": (to) => to.whole(),
  a: (to) => to.pan(-PAN),
  d: (to) => to.pan(PAN),
  f: (to) => to.focus(),
};
