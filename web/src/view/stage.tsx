/** A place for a drawing that draws itself: made once, told of changes, taken away. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Viewer } from "../viewer";

/** A drawing within a host element. It watches the viewer itself. */
export interface Drawing {
  destroy(): void;
}

interface StageProps {
  readonly viewer: Viewer;
  readonly make: new (host: HTMLElement, viewer: Viewer) => Drawing;
  readonly name: string;
}

export function Stage({ viewer, make: Make, name }: StageProps) {
  const host = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (!host.current) return undefined;
    const drawing = new Make(host.current, viewer);
    return () => drawing.destroy();
  }, [Make, viewer]);
  return <section class="stage" ref={host} aria-label={name} />;
}
