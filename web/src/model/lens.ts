/** What is shown of a run: what a person collapsed, filtered away or folded, and what is left. */
import { INFERRED, type Loop, type Trace, UNRESOLVED } from "./trace";

export interface Lens {
  /** Spans of which nothing below is shown. */
  readonly collapsed: ReadonlySet<number>;
  /** Components that are not shown. */
  readonly hidden: ReadonlySet<number>;
  /** Folds (by their first span) that are the other way than `attempts` and `loops` say. */
  readonly turned: ReadonlySet<number>;
  /** Attempts of one thing as one message: what the caller felt. Else each for itself: what really ran. */
  readonly attempts: "folded" | "all";
  /** Repetitions of the same calls shown once. */
  readonly loops: "folded" | "all";
  /** Leave out links that no id and no structure proves. */
  readonly proven: boolean;
  /** Only these spans, and those above them; null: all. */
  readonly only: ReadonlySet<number> | null;
}

export const OPEN_LENS: Lens = {
  collapsed: new Set(),
  hidden: new Set(),
  turned: new Set(),
  attempts: "folded",
  loops: "folded",
  proven: false,
  only: null,
};

/** One span that stands for several. */
export type Fold =
  | { readonly kind: "attempts"; readonly spans: readonly number[]; readonly shown: number }
  | { readonly kind: "loop"; readonly loop: Loop };

export interface Visible {
  readonly lens: Lens;
  /** Visible spans, depth first. */
  readonly spans: Int32Array;
  readonly shown: Uint8Array;
  /** The nearest span that is shown: itself, else the one that it is folded into, else one above it; -1: none. */
  readonly stand: Int32Array;
  /** The nearest visible caller; -1: none. */
  readonly up: Int32Array;
  /** How deep a visible span stands among visible spans. */
  readonly depth: Int32Array;
  /** What a visible span stands for, besides itself: by the span that is shown (of a loop, its first). */
  readonly folds: ReadonlyMap<number, Fold>;
  /** Spans that are not shown, and how many of them failed, by the visible span that stands for them. */
  readonly below: ReadonlyMap<number, Hidden>;
  /** All spans that are not shown because their component is hidden, with what is folded into them. */
  readonly pruned: Hidden;
  /** All spans that are not shown because `only` leaves them out. */
  readonly unmatched: Hidden;
}

export interface Hidden {
  readonly spans: number;
  readonly failures: number;
}

/** Look at a run through a lens. Linear in the number of spans. */
export function look(trace: Trace, lens: Lens): Visible {
  const { n, parent, size } = trace;
  const shown = new Uint8Array(n);
  const stand = new Int32Array(n).fill(-1);
  const up = new Int32Array(n).fill(-1);
  const depth = new Int32Array(n);
  const spans = new Int32Array(n);
  const below = new Map<number, { spans: number; failures: number }>();
  const pruned = { spans: 0, failures: 0 };
  const unmatched = { spans: 0, failures: 0 };
  const { folds, standsFor } = foldsOf(trace, lens);
  const kept = lens.only && withAncestors(trace, lens.only, standsFor);
  const isHidden = (span: number) => lens.hidden.has(trace.component[span] ?? -1);
  let count = 0;
  for (let at = 0; at < n; ) {
    const caller = parent[at] ?? -1;
    const above = caller < 0 || isCut(trace, lens, at) ? -1 : (stand[caller] ?? -1);
    const failures = trace.failed(at) ? 1 : 0;
    if (kept && !kept[at]) {
      // Nothing below it is kept either, else it would be.
      const end = at + (size[at] ?? 1);
      stand.fill(above, at, end);
      add(unmatched, end - at, trace.failuresBelow[at] ?? 0);
      at = end;
      continue;
    }
    const other = standsFor.get(at);
    const isCollapsed = above >= 0 && lens.collapsed.has(above);
    if (other !== undefined || isCollapsed) {
      const end = at + (size[at] ?? 1);
      // A fold goes with the span that it is folded into: where that is collapsed or hidden, so is the fold.
      const by = other === undefined || isCollapsed || isHidden(other) ? above : other;
      stand.fill(by, at, end);
      if (other !== undefined && by !== other && !isCollapsed) add(pruned, end - at, trace.failuresBelow[at] ?? 0);
      if (by >= 0) addTo(below, by, end - at, trace.failuresBelow[at] ?? 0);
      at = end;
      continue;
    }
    if (isHidden(at)) {
      stand[at] = above;
      add(pruned, 1, failures);
      if (above >= 0) addTo(below, above, 1, failures);
      at++;
      continue;
    }
    shown[at] = 1;
    stand[at] = at;
    up[at] = above;
    depth[at] = above < 0 ? 0 : (depth[above] ?? 0) + 1;
    spans[count++] = at++;
  }
  return { lens, spans: spans.slice(0, count), shown, stand, up, depth, folds, below, pruned, unmatched };
}

/** The spans, all above them, and what they are folded into: 1 at the place of each. */
function withAncestors(trace: Trace, spans: ReadonlySet<number>, standsFor: ReadonlyMap<number, number>): Uint8Array {
  const kept = new Uint8Array(trace.n);
  for (const span of spans) {
    for (let at = span; at >= 0 && !kept[at]; at = trace.parent[at] ?? -1) {
      kept[at] = 1;
      kept[standsFor.get(at) ?? at] = 1; // a sibling: what is above it is above this one too
    }
  }
  return kept;
}

/** Is the link above a span left out? */
export function isCut(trace: Trace, lens: Lens, span: number): boolean {
  const tier = trace.tier[span] ?? 0;
  return lens.proven && (tier === INFERRED || tier === UNRESOLVED);
}

/** What has to be collapsed, hidden or folded no longer, so that a span is seen. */
export function revealing(trace: Trace, lens: Lens, span: number): Lens {
  const collapsed = new Set(lens.collapsed);
  for (let at = trace.parent[span] ?? -1; at >= 0; at = trace.parent[at] ?? -1) collapsed.delete(at);
  const hidden = new Set(lens.hidden);
  hidden.delete(trace.component[span] ?? -1);
  const turned = new Set(lens.turned);
  const { standsFor, headOf } = foldsOf(trace, lens);
  for (let at = span; at >= 0; at = trace.parent[at] ?? -1) {
    for (const head of headOf.get(at) ?? []) {
      if (turned.has(head)) turned.delete(head);
      else turned.add(head);
    }
  }
  const only = lens.only && withAncestors(trace, lens.only, standsFor)[span] ? lens.only : null;
  return { ...lens, collapsed, hidden, turned, only };
}

function foldsOf(trace: Trace, lens: Lens) {
  const folds = new Map<number, Fold>();
  const standsFor = new Map<number, number>();
  const headOf = new Map<number, number[]>();
  for (const loop of trace.loops) {
    const head = loop.spans[0] ?? 0;
    // Attempts look alike, so they are a loop too; that they are attempts says more.
    const tried = trace.attempts.get(head);
    if (tried && loop.spans.every((span) => trace.attempts.get(span) === tried)) continue;
    if ((lens.loops === "folded") === lens.turned.has(head)) continue;
    folds.set(head, { kind: "loop", loop });
    loop.spans.forEach((span, nth) => {
      if (nth < loop.period) return;
      standsFor.set(span, loop.spans[nth % loop.period] ?? head);
      headOf.set(span, [head]);
    });
  }
  for (const [span, group] of trace.attempts) {
    const head = group[0] ?? 0;
    const last = group[group.length - 1] ?? 0;
    if ((lens.attempts === "folded") === lens.turned.has(head)) continue;
    const within = standsFor.has(last); // of a loop: it goes with that, and is folded again where that is opened
    if (span === last) {
      if (!within) folds.set(last, { kind: "attempts", spans: group, shown: last });
      continue;
    }
    if (!within && !standsFor.has(span)) standsFor.set(span, last);
    if (!within || standsFor.has(span)) headOf.set(span, [...new Set([...(headOf.get(span) ?? []), head])]);
  }
  for (const [span, by] of standsFor) standsFor.set(span, lastOf(standsFor, by));
  return { folds, standsFor, headOf };
}

function lastOf(standsFor: ReadonlyMap<number, number>, span: number): number {
  let at = span;
  for (let next = standsFor.get(at); next !== undefined; next = standsFor.get(at)) at = next;
  return at;
}

function add(hidden: { spans: number; failures: number }, spans: number, failures: number): void {
  hidden.spans += spans;
  hidden.failures += failures;
}

function addTo(below: Map<number, { spans: number; failures: number }>, by: number, spans: number, failures: number): void {
  let found = below.get(by);
  if (!found) below.set(by, (found = { spans: 0, failures: 0 }));
  add(found, spans, failures);
}
