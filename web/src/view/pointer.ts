/** What a press and a wheel mean, wherever they are felt. */

/** Follow a pointer from its press on, until it is let go (`true`) or taken away. */
export function follow(on: HTMLElement | SVGElement, move: (event: PointerEvent) => void, end: (letGo: boolean) => void = () => undefined): void {
  const stop = new AbortController();
  const over = (event: Event): void => {
    stop.abort();
    end(event.type === "pointerup");
  };
  const { signal } = stop;
  on.addEventListener("pointermove", (event) => event instanceof PointerEvent && move(event), { signal });
  for (const name of ["pointerup", "pointercancel"]) on.addEventListener(name, over, { signal });
}

/** Pixels that a wheel asks for; some count in lines. */
export function turned(event: WheelEvent): { dx: number; dy: number } {
  const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  return { dx: event.deltaX * pixels, dy: event.deltaY * pixels };
}

/** How much closer a turn of the wheel with Ctrl brings: over 1 is closer. */
export function closer(event: WheelEvent): number {
  return Math.exp(-Math.max(-240, Math.min(240, turned(event).dy)) / 360);
}
