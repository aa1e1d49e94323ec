/** From times to pixels and back: linear, or with silences cut short, over the whole run or a window of it. */
import type { Trace } from "../../model/trace";

/** Room left and right of the times, so that the first and last bar have an edge. */
export const PAD = 14;
const SILENCE_MIN_NS = 1e9;
const CUT_SHARE = 0.08;
const CUT_SHARES_MAX = 0.5;
/** No closer than this many units: what is shorter, nobody measured. */
const UNITS_MIN = 4;

export type Window = readonly [number, number];

/** A time in which nobody worked, long enough to be cut short. Units. */
export interface Silence {
  readonly from: number;
  readonly to: number;
}

export interface Quiet {
  readonly silences: readonly Silence[];
  /** Which part of the run nobody worked, from 0 to 1. */
  readonly idle: number;
}

/** Silences that dwarf all work of a run: over a second, and over twice as long as all work together. */
export function quiet(trace: Trace): Quiet {
  const gaps = gapsOf(trace);
  const silent = gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const work = trace.last - silent;
  const least = Math.max(SILENCE_MIN_NS / trace.unitNs, 2 * work);
  return {
    silences: gaps.filter((gap) => gap.to - gap.from >= least && gap.to > gap.from),
    idle: trace.last ? silent / trace.last : 0,
  };
}

/** Where no span was at work and nothing was logged: both ends sorted, a gap is where as many ended as began. */
function gapsOf(trace: Trace): Silence[] {
  const { noStart, noEnd, start, end } = trace;
  const { time } = trace.marks;
  const starts = new Float64Array(time.length + trace.n);
  const ends = new Float64Array(time.length + trace.n);
  starts.set(time);
  ends.set(time);
  let n = time.length;
  for (let span = 0; span < trace.n; span++) {
    if (noStart[span] && noEnd[span]) continue;
    starts[n] = (noStart[span] ? end : start)[span] ?? 0;
    ends[n++] = (noEnd[span] ? start : end)[span] ?? 0;
  }
  const begun = starts.subarray(0, n).sort();
  const done = ends.subarray(0, n).sort();
  const found: Silence[] = [];
  for (let n = 1; n < begun.length; n++) {
    const [from = 0, to = 0] = [done[n - 1], begun[n]];
    if (to > from) found.push({ from, to });
  }
  return found;
}

/** The whole time of a run as a line to be looked at: `place` runs from 0 to 1, never backwards. */
export class Axis {
  private readonly times: readonly number[];
  private readonly places: readonly number[];

  constructor(
    readonly last: number,
    readonly silences: readonly Silence[] = [],
  ) {
    const share = silences.length ? Math.min(CUT_SHARE, CUT_SHARES_MAX / silences.length) : 0;
    const drawn = Math.max(last - silences.reduce((sum, each) => sum + each.to - each.from, 0), 1);
    const cut = (share * drawn) / (1 - share * silences.length);
    const times = [0];
    const places = [0];
    const add = (to: number, length: number): void => {
      times.push(to);
      places.push((places[places.length - 1] ?? 0) + length);
    };
    for (const { from, to } of silences) {
      add(from, from - (times[times.length - 1] ?? 0));
      add(to, Math.min(cut, to - from));
    }
    const rest = Math.max(last, 1);
    add(rest, rest - (times[times.length - 1] ?? 0));
    const all = places[places.length - 1] || 1;
    this.times = times;
    this.places = places.map((place) => place / all);
  }

  place(time: number): number {
    return between(time, this.times, this.places);
  }

  time(place: number): number {
    return between(place, this.places, this.times);
  }

  /** The stretches of the axis that are drawn to one measure, in order. */
  stretches(): readonly { readonly from: number; readonly to: number; readonly cut: boolean }[] {
    return this.times.slice(1).flatMap((to, n) => {
      const from = this.times[n] ?? 0;
      return to > from ? [{ from, to, cut: this.silences.some((each) => each.from === from && each.to === to) }] : [];
    });
  }
}

/** `x` from the one list of knots into the other; beyond the ends it goes straight on. */
function between(x: number, from: readonly number[], to: readonly number[]): number {
  let low = 0;
  let high = from.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((from[middle] ?? 0) <= x) low = middle;
    else high = middle - 1;
  }
  while (low > 0 && from[low + 1] === from[low]) low--;
  const [a = 0, b = 1, at = 0, end = 1] = [from[low], from[low + 1], to[low], to[low + 1]];
  return b === a ? end + (x - b) : at + ((x - a) / (b - a)) * (end - at);
}

/** A part of an axis, `width` pixels wide. */
export class TimeScale {
  readonly window: Window;
  private readonly low: number;
  private readonly perPlace: number;

  constructor(
    readonly axis: Axis,
    window: Window | null,
    readonly width: number,
  ) {
    this.window = window ?? [0, Math.max(axis.last, 1)];
    this.low = axis.place(this.window[0]);
    this.perPlace = Math.max(width - 2 * PAD, 1) / (axis.place(this.window[1]) - this.low || 1);
  }

  x(time: number): number {
    return PAD + (this.axis.place(time) - this.low) * this.perPlace;
  }

  time(x: number): number {
    return this.axis.time(this.place(x));
  }

  /** The window after a zoom around what is at `x`; a `factor` over 1 comes closer. */
  zoomed(x: number, factor: number): Window | null {
    const [low, high] = [this.place(PAD), this.place(this.width - PAD)];
    const at = Math.min(Math.max(this.place(x), low), high);
    return windowOf(this.axis, at - (at - low) / factor, at + (high - at) / factor);
  }

  /** The window after a move by so many pixels; positive: later. */
  panned(pixels: number): Window | null {
    const [low, high] = [this.place(PAD), this.place(this.width - PAD)];
    const by = Math.min(Math.max(pixels / this.perPlace, -low), 1 - high);
    return windowOf(this.axis, low + by, high + by);
  }

  private place(x: number): number {
    return this.low + (x - PAD) / this.perPlace;
  }
}

/** The window between two places, within the run and not too small; null where it is the whole run. */
export function windowOf(axis: Axis, low: number, high: number): Window | null {
  if (low <= 1e-9 && high >= 1 - 1e-9) return null;
  return fitted(axis, [axis.time(Math.max(low, 0)), axis.time(Math.min(high, 1))]);
}

/** A window that a person or an address asked for, made fit to be shown. */
export function fitted(axis: Axis, [from, to]: Window): Window | null {
  const last = Math.max(axis.last, 1);
  const length = Math.min(Math.max(to - from, UNITS_MIN), last);
  const middle = Math.min(Math.max((from + to) / 2, length / 2), last - length / 2);
  return length >= last ? null : [middle - length / 2, middle + length / 2];
}

/** A window around a span: itself, and a little air on both sides. */
export function around(axis: Axis, start: number, end: number): Window | null {
  const air = Math.max((end - start) * 0.15, UNITS_MIN / 2);
  return fitted(axis, [start - air, end + air]);
}
