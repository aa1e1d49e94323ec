/** A run as the viewer works with it: columns of typed arrays, spans by their place in depth-first order. */
import { type Change, Comparison } from "../compare/comparison";
import { bytes } from "../data/unpack";
import { Few, places, undelta, unranges } from "../data/columns";
import type { Ghost, RawCheck, RawComponent, RawIndex, Summary } from "../data/raw";

/** How a message begins (`opening`), and the rows of a diagram: their numbers are those of the data. */
export const CALL = 0;
export const SEND = 1;
export const DELIVER = 2;
export const SELF = 3;
export const FOUND = 4;
export const RETURN = 5;
export const END = 6;
export const GHOST = 7;
export const PAUSE = 8;
/** How a span ends (`closing`). */
export const NO_CLOSING = 0;
export const ANSWERS = 1;
export const STOPS = 2;

export const STATUSES = ["ok", "error", "timeout", "throttled", "blocked", "incomplete", "unknown"] as const;
export type Status = (typeof STATUSES)[number];
/** 0 is the root, which hangs nowhere. */
export const TIERS = ["", "exact", "structural", "inferred", "unresolved"] as const;
export type Tier = (typeof TIERS)[number];
export const INFERRED = 3;
export const UNRESOLVED = 4;
/** From `error` to `blocked`: these failed. */
const ERROR = 1;
const BLOCKED = 4;
const INCOMPLETE = 5;

export interface Badge {
  readonly kind: string;
  readonly text: string;
}

export interface Check extends RawCheck {
  readonly cites: readonly number[];
  /** Which of `ghosts` it misses. */
  readonly misses: readonly number[];
}

/** `times` times the same `period` siblings; `spans` are the siblings in order. */
export interface Loop {
  readonly spans: readonly number[];
  readonly period: number;
  readonly times: number;
}

export interface Marks {
  readonly span: Float64Array;
  readonly time: Float64Array;
  readonly level: readonly number[];
  readonly everything: boolean;
}

export class Trace {
  readonly n: number;
  readonly run: Summary;
  readonly components: readonly RawComponent[];
  /** -1: none. */
  readonly parent: Int32Array;
  /** How many spans a span and all below it are. */
  readonly size: Int32Array;
  readonly depth: Int32Array;
  /** Units after the origin, with stand-ins where nobody said (`noStart`, `noEnd`). */
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly noStart: Uint8Array;
  readonly noEnd: Uint8Array;
  readonly component: Uint32Array;
  readonly opening: Uint8Array;
  readonly closing: Uint8Array;
  readonly status: Uint8Array;
  readonly tier: Uint8Array;
  /** Spans below each span, itself included, that failed. */
  readonly failuresBelow: Int32Array;
  readonly checks: readonly Check[];
  readonly ghosts: readonly Ghost[];
  /** What would make a link exact, by span. */
  readonly gaps: ReadonlyMap<number, string>;
  /** Spans that tried the same thing, by each of them. */
  readonly attempts: ReadonlyMap<number, readonly number[]>;
  readonly loops: readonly Loop[];
  readonly marks: Marks;
  readonly critical: { readonly span: Float64Array; readonly from: Float64Array; readonly to: Float64Array; readonly leftOut: number };
  readonly links: { readonly from: Float64Array; readonly to: readonly number[]; readonly reason: readonly string[] };
  readonly first: number | null;
  readonly originNs: bigint;
  readonly unitNs: number;
  /** The last time that anything says, in units. */
  readonly last: number;
  /** Of a page that holds two runs. */
  readonly compare: Comparison | null;
  private readonly callers: Few<number>;
  private readonly words: readonly string[];
  private readonly operations: readonly number[];
  private readonly rules: readonly number[];
  private readonly names: Few<number>;
  private readonly errors: Few<number>;
  private readonly attemptNumbers: Few<number>;
  private readonly waits: Few<number>;
  private readonly reported: Few<number>;
  private readonly badgeWords: Few<readonly number[]>;
  private readonly tokenCounts: Few<readonly number[]>;
  private readonly ids: readonly string[] | Uint8Array;
  private byId: Map<string, number> | null = null;

  constructor(raw: RawIndex) {
    const spans = raw.spans;
    const n = (this.n = spans.n);
    this.run = raw.run;
    this.components = raw.components;
    this.words = raw.words;
    this.originNs = BigInt(raw.origin_ns);
    this.unitNs = raw.unit_ns;
    this.first = raw.first;
    this.parent = new Int32Array(spans.parent).map((back, at) => (back ? at - back : -1));
    this.start = undelta(spans.start);
    this.end = this.start.map((start, at) => start + (spans.length[at] ?? 0));
    this.noStart = unranges(spans.no_start, n);
    this.noEnd = unranges(spans.no_end, n);
    this.component = new Uint32Array(spans.component);
    this.opening = new Uint8Array(spans.opening);
    this.closing = new Uint8Array(spans.closing);
    this.status = new Uint8Array(spans.status);
    this.tier = new Uint8Array(spans.tier);
    [this.size, this.depth, this.failuresBelow] = this.shape();
    this.operations = spans.operation;
    this.rules = spans.rule;
    this.callers = new Few(spans.caller);
    this.names = new Few(spans.name);
    this.errors = new Few(spans.error);
    this.attemptNumbers = new Few(spans.attempt);
    this.waits = new Few(spans.wait);
    this.reported = new Few(spans.reported);
    this.badgeWords = new Few(spans.badges);
    this.tokenCounts = new Few(spans.tokens);
    this.ids = typeof spans.id === "string" ? bytes(spans.id) : spans.id;
    this.ghosts = raw.ghosts;
    this.checks = raw.checks.map((check, at) => ({
      ...check,
      cites: places(check.spans),
      misses: raw.ghosts.flatMap((ghost, nth) => (ghost.checks?.includes(at) ? [nth] : [])),
    }));
    this.gaps = new Map(raw.gaps.span.map((span, nth) => [span, this.word(raw.gaps.text[nth] ?? 0)]));
    this.attempts = new Map(raw.attempts.flatMap((group) => group.map((span) => [span, group])));
    this.loops = raw.loops.first.map((first, nth) =>
      this.loop(first, raw.loops.period[nth] ?? 1, raw.loops.times[nth] ?? 1),
    );
    this.marks = { ...raw.marks, span: undelta(raw.marks.span), time: undelta(raw.marks.time) };
    const from = undelta(raw.critical.from);
    this.critical = {
      span: undelta(raw.critical.span),
      from,
      to: from.map((start, at) => start + (raw.critical.to[at] ?? 0)),
      leftOut: raw.critical.left_out,
    };
    this.links = { from: undelta(raw.links.from), to: raw.links.to, reason: raw.links.reason };
    this.compare = raw.compare ? new Comparison(raw.compare) : null;
    this.last = this.end.reduce((latest, end) => Math.max(latest, end), 0);
  }

  word(at: number): string {
    return this.words[at] ?? "";
  }

  operation(span: number): string {
    return this.word(this.operations[span] ?? 0);
  }

  /** The span's name, where it says more than operation and component do. */
  otherName(span: number): string {
    return this.word(this.names.get(span) ?? 0);
  }

  rule(span: number): string {
    return this.word(this.rules[span] ?? 0);
  }

  errorType(span: number): string {
    return this.word(this.errors.get(span) ?? 0);
  }

  componentOf(span: number): RawComponent {
    const found = this.components[this.component[span] ?? -1];
    if (!found) throw new RangeError(`no span ${span}`);
    return found;
  }

  /** Who called: a component, or -1 where nobody is known. */
  caller(span: number): number {
    const parent = this.parent[span] ?? -1;
    return parent < 0 ? (this.callers.get(span) ?? -1) : (this.component[parent] ?? -1);
  }

  statusOf(span: number): Status {
    return STATUSES[this.status[span] ?? 6] ?? "unknown";
  }

  tierOf(span: number): Tier {
    return TIERS[this.tier[span] ?? 0] ?? "";
  }

  failed(span: number): boolean {
    const status = this.status[span] ?? 0;
    return status >= ERROR && status <= BLOCKED;
  }

  incomplete(span: number): boolean {
    return this.status[span] === INCOMPLETE;
  }

  changeOf(span: number): Change {
    return this.compare?.of(span) ?? "same";
  }

  /** Only in run A: drawn where it stood, but no part of the run that is judged. */
  gone(span: number): boolean {
    return this.changeOf(span) === "removed";
  }

  /** `spans`, or else all, of the run that is judged. */
  own(spans: Iterable<number> = this.parent.keys()): number[] {
    return [...spans].filter((span) => !this.gone(span));
  }

  attempt(span: number): number | null {
    return this.attemptNumbers.get(span) ?? null;
  }

  /** How long a message lay before this span took it up, in units. */
  wait(span: number): number | null {
    return this.waits.get(span) ?? null;
  }

  /** As it was reported, else from start to end; null where nobody said. */
  duration(span: number): number | null {
    const said = this.reported.get(span);
    if (said !== undefined) return said;
    return this.noStart[span] || this.noEnd[span] ? null : (this.end[span] ?? 0) - (this.start[span] ?? 0);
  }

  badges(span: number): readonly Badge[] {
    const words = this.badgeWords.get(span) ?? [];
    const found: Badge[] = [];
    for (let n = 0; n + 1 < words.length; n += 2) {
      found.push({ kind: this.word(words[n] ?? 0), text: this.word(words[n + 1] ?? 0) });
    }
    return found;
  }

  /** Input and output tokens that are this span's to count; null where nobody said. */
  tokens(span: number): { input: number | null; output: number | null } | null {
    const counts = this.tokenCounts.get(span);
    if (!counts) return null;
    const [input = -1, output = -1] = counts;
    return { input: input < 0 ? null : input, output: output < 0 ? null : output };
  }

  id(span: number): string {
    if (!(this.ids instanceof Uint8Array)) return this.ids[span] ?? "";
    let hex = "";
    for (const byte of this.ids.subarray(8 * span, 8 * span + 8)) hex += byte.toString(16).padStart(2, "0");
    return hex;
  }

  find(id: string): number | null {
    if (!this.byId) {
      this.byId = new Map();
      for (let span = 0; span < this.n; span++) this.byId.set(this.id(span), span);
    }
    return this.byId.get(id) ?? null;
  }

  children(span: number): number[] {
    const found: number[] = [];
    const end = span + (this.size[span] ?? 1);
    for (let at = span + 1; at < end; at += this.size[at] ?? 1) found.push(at);
    return found;
  }

  private loop(first: number, period: number, times: number): Loop {
    const spans: number[] = [];
    for (let at = first; spans.length < period * times; at += this.size[at] ?? 1) spans.push(at);
    return { spans, period, times };
  }

  private shape(): [Int32Array, Int32Array, Int32Array] {
    const { n, parent } = this;
    const size = new Int32Array(n).fill(1);
    const depth = new Int32Array(n);
    const failures = new Int32Array(n);
    for (let at = 0; at < n; at++) {
      const up = parent[at] ?? -1;
      if (up >= 0) depth[at] = (depth[up] ?? 0) + 1;
      if (this.failed(at)) failures[at] = 1;
    }
    for (let at = n - 1; at > 0; at--) {
      const up = parent[at] ?? -1;
      if (up < 0) continue;
      size[up] = (size[up] ?? 0) + (size[at] ?? 0);
      failures[up] = (failures[up] ?? 0) + (failures[at] ?? 0);
    }
    return [size, depth, failures];
  }
}
