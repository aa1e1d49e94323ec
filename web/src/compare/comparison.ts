/** The other run of a page that holds two: what is only in one of them, and what changed. Python compared them. */
import { Few } from "../data/columns";
import type { RawCompare } from "../data/raw";

export const CHANGES = ["same", "changed", "inserted", "removed", "moved"] as const;
export type Change = (typeof CHANGES)[number];
export const SIGNS: Readonly<Record<Change, string>> = { same: "=", changed: "~", inserted: "+", removed: "−", moved: "↕" };
/** What is shown of two runs. */
export const SHARES = ["both", "differences", "a", "b"] as const;
export type Share = (typeof SHARES)[number];

export class Comparison {
  /** Places of spans that differ, in order. */
  readonly differing: readonly number[];
  private readonly shift: Few<string>;
  private readonly shares = new Map<Share, ReadonlySet<number> | null>([["both", null]]);

  constructor(readonly raw: RawCompare) {
    this.differing = raw.change.flatMap((change, span) => (change ? [span] : []));
    this.shift = new Few(raw.shift);
  }

  of(span: number): Change {
    return CHANGES[this.raw.change[span] ?? 0] ?? "same";
  }

  /** How far a span that only run A has was moved on the time scale, ns. */
  shiftOf(span: number): bigint {
    return BigInt(this.shift.get(span) ?? 0);
  }

  /** Spans of a share, the same set each time; null: all. */
  spansOf(share: Share): ReadonlySet<number> | null {
    let found = this.shares.get(share);
    if (found === undefined) this.shares.set(share, (found = new Set(share === "differences" ? this.differing : this.without(share === "a" ? "inserted" : "removed"))));
    return found;
  }

  shareOf(only: ReadonlySet<number> | null): Share | null {
    return SHARES.find((share) => this.spansOf(share) === only) ?? null;
  }

  private without(change: Change): number[] {
    return [...this.raw.change.keys()].filter((span) => this.of(span) !== change);
  }
}
