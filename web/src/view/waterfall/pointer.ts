/** Wheel and pointer over the bars: zoom, pan, and the line that shows the time. */
import { closer, follow, turned } from "../pointer";

/** What a pointer can ask for; `x` is in pixels of the time column. */
export interface Grips {
  zoomAt(x: number, factor: number): void;
  panBy(pixels: number): void;
  scrollBy(pixels: number): void;
  point(x: number | null): void;
  /** Where the time column begins, in pixels of the page. */
  left(): number;
}

const MOVED = 4;

/** Listen on `root` for as long as it lives. Returns whether the last press was a drag, not a click. */
export function listen(root: HTMLElement, area: HTMLElement, to: Grips): () => boolean {
  let dragged = false;
  root.addEventListener("wheel", (event) => wheel(event, to), { passive: false });
  root.addEventListener("pointermove", (event) => {
    const x = event.clientX - to.left();
    to.point(x >= 0 && event.pointerType !== "touch" ? x : null);
  });
  root.addEventListener("pointerleave", () => to.point(null));
  area.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.button !== 0 || event.pointerType === "touch" || event.clientX < to.left()) return;
    if (event.offsetX > area.clientWidth && event.target === area) return; // the scroll bar
    drag(area, event, to, () => (dragged = true));
  });
  return () => dragged;
}

function wheel(event: WheelEvent, to: Grips): void {
  const { dx, dy } = turned(event);
  if (event.ctrlKey || event.metaKey) to.zoomAt(event.clientX - to.left(), closer(event));
  else if (event.shiftKey || Math.abs(dx) > Math.abs(dy)) to.panBy(dx || dy);
  else return;
  event.preventDefault();
}

function drag(area: HTMLElement, down: PointerEvent, to: Grips, begin: () => void): void {
  let [x, y] = [down.clientX, down.clientY];
  let moving = false;
  const move = (event: PointerEvent): void => {
    if (!moving) {
      if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < MOVED) return;
      moving = true;
      begin();
      area.setPointerCapture(down.pointerId);
      area.classList.add("dragging");
    }
    to.panBy(x - event.clientX);
    to.scrollBy(y - event.clientY);
    [x, y] = [event.clientX, event.clientY];
  };
  follow(area, move, () => area.classList.remove("dragging"));
}
