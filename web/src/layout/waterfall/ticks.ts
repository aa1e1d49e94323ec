/** Marks on a time axis at round times, and where it was cut. */
import { duration, offset } from "../units";
import type { TimeScale } from "./timescale";

export const TICK_MIN = 84;

export interface Tick {
  readonly x: number;
  readonly time: number;
  readonly label: string;
}

/** Where a silence was cut short, and how long it was. */
export interface Cut {
  readonly x0: number;
  readonly x1: number;
  readonly label: string;
}

export function ticks(scale: TimeScale, unitNs: number): Tick[] {
  const found: Tick[] = [];
  const [first, last] = scale.window;
  for (const stretch of scale.axis.stretches()) {
    const [from, to] = [Math.max(stretch.from, first), Math.min(stretch.to, last)];
    if (stretch.cut || to <= from) continue;
    const step = nice(((to - from) * unitNs * TICK_MIN) / (scale.x(to) - scale.x(from)));
    const end = Math.floor((to * unitNs) / step + 1e-6);
    for (let n = Math.ceil((from * unitNs) / step - 1e-6); n <= end; n++) {
      const time = (n * step) / unitNs;
      const x = scale.x(time);
      const before = found[found.length - 1];
      if (!before || x - before.x >= TICK_MIN * 0.99) found.push({ x, time, label: said(n * step, step) });
    }
  }
  return found;
}

export function cuts(scale: TimeScale, unitNs: number): Cut[] {
  return scale.axis.silences.flatMap(({ from, to }) => {
    const [x0, x1] = [scale.x(from), scale.x(to)];
    return x1 < 0 || x0 > scale.width ? [] : [{ x0, x1, label: `${duration((to - from) * unitNs)} cut` }];
  });
}

/** The smallest of 1, 2, 5, 10, 20, ... that is not under `least`. */
export function nice(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5].map((factor) => factor * power).find((step) => step >= least * (1 - 1e-9)) ?? 10 * power;
}

/** A time with as many digits as tell it from its neighbours, a step away. */
export function said(ns: number, step: number): string {
  const [size, name] = ns < 1e6 && step < 1e6 ? [1e3, "µs"] : ns < 1e9 ? [1e6, "ms"] : [1e9, "s"];
  if (ns < 1e3 || ns >= 1e11) return ns >= 1e11 && step < 1e9 ? minutes(ns, step) : offset(ns);
  return `+${(ns / size).toFixed(digits(size, step))} ${name}`;
}

function minutes(ns: number, step: number): string {
  const decimals = digits(1e9, step);
  const whole = Math.floor(ns / 6e10);
  return `+${whole} min ${((ns - whole * 6e10) / 1e9).toFixed(decimals).padStart(decimals ? decimals + 3 : 2, "0")} s`;
}

function digits(size: number, step: number): number {
  return Math.max(0, Math.ceil(Math.log10(size / step) - 1e-9));
}
