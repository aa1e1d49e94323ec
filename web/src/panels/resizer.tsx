/** The edge of a panel: dragged, or moved with arrow keys. Its place is remembered where a page may remember. */
import { useRef, useState } from "preact/hooks";

interface Bounds {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/** The width of a panel, and how to change it. */
export function useWidth({ name, first, min, max }: Bounds & { readonly first: number }): [number, (width: number) => void] {
  const within = (width: number) => Math.round(Math.min(max, Math.max(min, width)));
  const [width, setWidth] = useState(() => within(remembered(name) ?? first));
  return [
    width,
    (wanted) => {
      setWidth(within(wanted));
      remember(name, within(wanted));
    },
  ];
}

interface ResizerProps extends Bounds {
  readonly label: string;
  readonly width: number;
  readonly onWidth: (width: number) => void;
  /** On which side of the edge the panel is. */
  readonly panel: "left" | "right";
}

const STEP = 24;

export function Resizer({ label, width, onWidth, panel, min, max }: ResizerProps) {
  const sign = panel === "left" ? 1 : -1;
  const grip = useRef<{ x: number; width: number } | null>(null);
  const move = (event: PointerEvent) => grip.current && onWidth(grip.current.width + sign * (event.clientX - grip.current.x));
  const key = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? sign : event.key === "ArrowLeft" ? -sign : 0;
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    onWidth(width + by * STEP);
  };
  return (
    <div
      class={`resizer at-${panel}`}
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={(event) => {
        grip.current = { x: event.clientX, width };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onPointerUp={() => (grip.current = null)}
      onPointerCancel={() => (grip.current = null)}
      onKeyDown={key}
    />
  );
}

function remembered(name: string): number | null {
  try {
    const found = Number(localStorage.getItem(`itk.${name}`));
    return found > 0 ? found : null;
  } catch {
    return null; // a page may be forbidden to remember
  }
}

function remember(name: string, width: number): void {
  try {
    localStorage.setItem(`itk.${name}`, String(width));
  } catch {
    // then it begins anew the next time
  }
}
