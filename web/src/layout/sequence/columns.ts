/** The participants that are shown, and the lifeline of each. Natural pixels. */
import type { Visible } from "../../model/lens";
import { DELIVER, GHOST, SELF, SEND, type Trace } from "../../model/trace";
import { attemptWords } from "./attempts";
import { LANE } from "./bars";
import { type Rows, callerOf, isMessage, isOpening } from "./rows";
import { width } from "../text";

export const BOX = 130;
const GAP_LEAST = 142;
const GAP_MOST = 380;
/** About as wide as `waited 486 ms`. */
const NOTE = 86;
const CHEVRON = 16;
/** Texts that are measured: of very many messages these are as good as all. */
const MEASURED = 20_000;

export interface Columns {
  /** The component of each column, in the order of the data. */
  readonly components: readonly number[];
  /** The column of each component; -1: not shown. */
  readonly of: Int32Array;
  readonly x: readonly number[];
  /** Up to where anything is drawn. */
  readonly width: number;
}

/** `spread`: how many more lanes each component takes, for which there is room too. */
export function columns(trace: Trace, visible: Visible, rows: Rows, spread: Uint8Array): Columns {
  const components = participants(trace, visible, rows);
  const of = new Int32Array(trace.components.length).fill(-1);
  components.forEach((component, column) => (of[component] = column));
  const gaps = wishes(trace, visible, rows, of, components.length);
  const x: number[] = [];
  let at = BOX / 2 + 14;
  gaps.forEach((gap, column) => {
    x.push(at);
    at += gap + LANE * (spread[components[column] ?? 0] ?? 0);
  });
  return { components, of, x, width: Math.max(at + 30, ghostly(trace, rows, of, x)) };
}

function participants(trace: Trace, visible: Visible, rows: Rows): number[] {
  const seen = new Uint8Array(trace.components.length);
  const take = (component: number | undefined): void => {
    if (component !== undefined && component >= 0 && !visible.lens.hidden.has(component)) seen[component] = 1;
  };
  for (const span of visible.spans) {
    take(trace.component[span]);
    if ((visible.up[span] ?? -1) < 0) take(callerOf(trace, visible, span));
  }
  for (let row = rows.n - 1; row >= 0 && rows.kind[row] === GHOST; row--) {
    const ghost = trace.ghosts[rows.at[row] ?? 0];
    take(ghost?.source);
    take(ghost?.target);
  }
  return trace.components.flatMap((_, component) => (seen[component] ? [component] : []));
}

/** Up to where the words about what was missed reach. */
function ghostly(trace: Trace, rows: Rows, of: Int32Array, x: readonly number[]): number {
  let right = 0;
  for (let row = rows.n - 1; row >= 0 && rows.kind[row] === GHOST; row--) {
    const ghost = trace.ghosts[rows.at[row] ?? 0];
    if (!ghost) continue;
    const ends = [ghost.target, ghost.source ?? ghost.target].map((component) => x[of[component] ?? 0] ?? 0);
    right = Math.max(right, Math.max(...ends) + Math.min(width(ghost.label), 640) + 50);
  }
  return right;
}

/** The room that texts between neighbours would like to have. */
function wishes(trace: Trace, visible: Visible, rows: Rows, of: Int32Array, n: number): number[] {
  const gaps = new Array<number>(n).fill(GAP_LEAST);
  const widths = new Map<string, number>();
  const wide = (text: string): number => {
    let found = widths.get(text);
    if (found === undefined) widths.set(text, (found = width(text)));
    return found;
  };
  const step = Math.ceil(rows.n / MEASURED);
  for (let row = 0; row < rows.n; row += step) {
    const kind = rows.kind[row] ?? 0;
    if (!isMessage(kind)) continue;
    const span = rows.at[row] ?? 0;
    const target = of[trace.component[span] ?? 0] ?? -1;
    const source = of[callerOf(trace, visible, span)] ?? target;
    const left = Math.min(source < 0 ? target : source, target);
    if (left < 0 || Math.max(source, target) - left > 1 || (gaps[left] ?? 0) >= GAP_MOST) continue;
    const wish = isOpening(kind) ? wanted(trace, visible, span, kind, wide) : ended(trace, span, wide);
    gaps[left] = Math.max(gaps[left] ?? 0, Math.min(wish, GAP_MOST));
  }
  return gaps;
}

function wanted(trace: Trace, visible: Visible, span: number, kind: number, wide: (text: string) => number): number {
  let room = wide(trace.operation(span)) + 50 + ((trace.size[span] ?? 1) > 1 ? CHEVRON : 0);
  if (kind === DELIVER || kind === SELF || kind === SEND) room += NOTE - (kind === DELIVER ? 0 : 30);
  for (const badge of trace.badges(span)) room += wide(badge.text) + 20;
  if (visible.below.has(span)) room += visible.folds.has(span) ? 0 : 100;
  const fold = visible.folds.get(span);
  return fold?.kind === "attempts" ? Math.max(room, wide(attemptWords(trace, fold.spans)) + 60) : room;
}

function ended(trace: Trace, span: number, wide: (text: string) => number): number {
  return trace.failed(span) ? 1.1 * wide(`${trace.statusOf(span)} ${trace.errorType(span)}`) + 110 : GAP_LEAST;
}
