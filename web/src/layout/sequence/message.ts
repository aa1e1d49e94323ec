/** One row of the diagram: its arrow, its words, and where they stand. */
import { type Change, SIGNS } from "../../compare/comparison";
import { GHOST, PAUSE, RETURN, END, SELF, FOUND, type Tier, type Trace } from "../../model/trace";
import { BAR, type Detail, GUTTER, type Sequence, across, barX, beyondBars, columnX, detailAt, thickness } from "./diagram";
import { type Tick, attemptWords, ticks } from "./attempts";
import { STRIP, arrowY, callerOf, isOpening } from "./rows";
import { ending } from "../span_words";
import { hiddenWords, note, pauseWords, when } from "./words";
import { fit, width } from "../text";

export const FONT = 12;
const PILL_FONT = 10.5;
const CHEVRON = 16;
/** Before the words of a pill that tells of failures. */
export const MARK = 14;

export interface Pill {
  /** `attempt`, `batch`, `link`, `doubt`, or `below`: what is folded away. */
  readonly kind: string;
  readonly text: string;
  readonly x: number;
  readonly width: number;
}

/** A folded arrow's attempts. */
export interface Strip {
  readonly y: number;
  readonly ticks: readonly Tick[];
  readonly words: string;
  readonly wordsX: number;
  readonly toggleX: number;
  readonly head: number;
}

export interface Message {
  readonly row: number;
  readonly kind: number;
  readonly detail: Detail;
  /** -1 where none is known. */
  readonly span: number;
  /** -1: no ghost. */
  readonly ghost: number;
  readonly top: number;
  readonly height: number;
  /** The arrow. */
  readonly y: number;
  readonly x1: number;
  readonly x2: number;
  /** Begins and ends at one lifeline, with its words beside it. */
  readonly beside: boolean;
  readonly failed: boolean;
  readonly status: string;
  readonly tier: Tier;
  readonly change: Change;
  readonly when: string;
  readonly font: number;
  readonly textX: number;
  readonly textY: number;
  readonly label: string;
  readonly note: string;
  readonly pills: readonly Pill[];
  readonly pillFont: number;
  readonly chevron: { readonly x: number; readonly open: boolean } | null;
  readonly strip: Strip | null;
  /** What would prove the link, and where that is said. */
  readonly gap: { readonly text: string; readonly x: number; readonly y: number } | null;
}

interface Arrow {
  readonly x1: number;
  readonly x2: number;
  readonly beside: boolean;
  /** Past other lifelines. */
  readonly far?: boolean;
}

export function messageAt(model: Sequence, row: number, zoom: number): Message {
  const { trace, rows } = model;
  const kind = rows.kind[row] ?? 0;
  const detail = detailAt(zoom);
  const ghost = kind === GHOST ? (rows.at[row] ?? 0) : -1;
  const span = kind < GHOST ? (rows.at[row] ?? 0) : (trace.ghosts[ghost]?.span ?? -1);
  const arrow = arrowOf(model, row, kind, span, zoom);
  const y = arrowY(rows, row) * zoom;
  const top = (rows.y[row] ?? 0) * zoom;
  const opening = isOpening(kind);
  const failed = span >= 0 && trace.failed(span) && (!opening || rows.closes[span] === -1 || kind === SELF);
  const words = texts(model, row, kind, span, arrow, zoom, failed && kind < GHOST);
  return {
    row, kind, detail, span, ghost, top, y, ...arrow, ...words,
    height: (rows.y[row + 1] ?? 0) * zoom - top,
    failed: failed && kind < GHOST,
    status: span >= 0 ? trace.statusOf(span) : "unknown",
    tier: kind < GHOST && opening ? trace.tierOf(span) : "",
    change: span >= 0 && kind < GHOST ? trace.changeOf(span) : "same",
    when: when(trace, rows, row),
    textY: detail === "full" && !words.level ? y - 6 * Math.min(1.3, zoom) : y + 0.34 * words.font,
    strip: detail === "full" && opening ? stripOf(model, span, arrow, y, zoom) : null,
    gap: detail === "full" && opening ? gapOf(model, row, span, arrow, zoom) : null,
  };
}

function arrowOf(model: Sequence, row: number, kind: number, span: number, zoom: number): Arrow {
  const { trace, visible, columns } = model;
  if (kind === PAUSE) return { x1: GUTTER, x2: GUTTER + columns.width * across(model, zoom), beside: false };
  if (kind === GHOST) return ghostArrow(model, model.rows.at[row] ?? 0, zoom);
  const own = trace.component[span] ?? 0;
  const caller = callerOf(trace, visible, span);
  if (kind === FOUND) {
    const x2 = barX(model, span, zoom);
    return { x1: x2 - 52 * Math.min(1, across(model, zoom)), x2, beside: true };
  }
  if (kind === SELF || kind === END || caller < 0 || caller === own) {
    const x = barX(model, span, zoom) + BAR * thickness(zoom);
    return { x1: x, x2: x, beside: true };
  }
  const [from, to] = kind === RETURN ? [own, caller] : [caller, own];
  const [fromSpan, toSpan] = kind === RETURN ? [span, visible.up[span] ?? -1] : [visible.up[span] ?? -1, span];
  return between(model, from, fromSpan, to, toSpan, zoom);
}

function ghostArrow(model: Sequence, nth: number, zoom: number): Arrow {
  const { trace, visible, columns } = model;
  const ghost = trace.ghosts[nth];
  const target = ghost?.target ?? 0;
  const source = ghost?.source ?? target;
  const span = ghost?.span ?? -1;
  if (source === target || (columns.of[source] ?? -1) < 0) {
    const x = edge(model, target, span, true, zoom);
    return { x1: x, x2: x + 14 * zoom, beside: true };
  }
  return between(model, source, span, target, span < 0 ? -1 : (visible.up[span] ?? -1), zoom);
}

function between(model: Sequence, from: number, fromSpan: number, to: number, toSpan: number, zoom: number): Arrow {
  const way = (model.columns.of[to] ?? 0) - (model.columns.of[from] ?? 0);
  const right = way > 0;
  return {
    far: Math.abs(way) > 1,
    x1: edge(model, from, fromSpan, right, zoom),
    x2: edge(model, to, toSpan, !right, zoom),
    beside: false,
  };
}

/** Where an arrow touches a component: the edge of a bar, else the lifeline. */
function edge(model: Sequence, component: number, span: number, right: boolean, zoom: number): number {
  if (span < 0 || model.trace.component[span] !== component || !model.visible.shown[span]) {
    return columnX(model, model.columns.of[component] ?? 0, zoom);
  }
  return barX(model, span, zoom) + (right ? BAR * thickness(zoom) : 0);
}

interface Texts {
  /** As high as the arrow, not above it. */
  readonly level: boolean;
  readonly font: number;
  readonly label: string;
  readonly note: string;
  readonly textX: number;
  readonly pills: readonly Pill[];
  readonly pillFont: number;
  readonly chevron: Message["chevron"];
}

const NO_PILLS: readonly Pill[] = [];

function texts(model: Sequence, row: number, kind: number, span: number, arrow: Arrow, zoom: number, failed: boolean): Texts {
  const { trace, visible } = model;
  const detail = detailAt(zoom);
  const font = detail === "full" ? Math.min(20, Math.max(10.5, FONT * zoom)) : 9.5;
  const pillFont = (font / FONT) * PILL_FONT;
  const quiet: Texts = { level: arrow.beside || kind === PAUSE, font, pillFont, label: "", note: "", textX: 0, pills: NO_PILLS, chevron: null };
  if (detail === "lines" || detail === "density") return quiet;
  if (kind === PAUSE) return { ...quiet, label: pauseWords(trace, model.rows, row), textX: GUTTER + 12 };
  const full = detail === "full" && isOpening(kind);
  const sign = detail === "compact" && isOpening(kind) && trace.changeOf(span) !== "same" ? `${SIGNS[trace.changeOf(span)]} ` : "";
  const said = sign + labelOf(trace, kind, span, model.rows.at[row] ?? 0);
  const more = full ? note(trace, visible, kind, span) : "";
  const folds = full && canFold(model, span);
  const pills = full ? pillWords(model, span).map((pill) => ({ ...pill, x: 0, width: pillWidth(pill.text, pillFont) + (pill.kind === "below bad" ? MARK : 0) })) : [];
  const bold = failed ? 1.1 : 1;
  const spent =
    pills.reduce((sum, pill) => sum + pill.width + 6, 0) + (more ? width(more, font) + 8 : 0) + (folds ? CHEVRON : 0);
  const length = Math.abs(arrow.x2 - arrow.x1);
  const room = arrow.beside ? (kind === GHOST ? 640 : 340) * Math.max(1, zoom) : kind === GHOST ? Math.max(length - 20, 440) : length - 22;
  const label = fit(said, Math.max(room - spent, 48) / bold, font);
  const total = width(label, font) * bold + spent;
  let x = startOf(kind, arrow, total, length, zoom, failed);
  const chevron = folds ? { x, open: !visible.lens.collapsed.has(span) } : null;
  if (folds) x += CHEVRON;
  const placed = pills.map((pill) => {
    const here = { ...pill, x };
    x += pill.width + 6;
    return here;
  });
  return { ...quiet, level: quiet.level || (kind === GHOST && total > length - 24), label, note: more, textX: x, pills: placed, chevron };
}

/** Where the words begin. */
function startOf(kind: number, arrow: Arrow, total: number, length: number, zoom: number, failed: boolean): number {
  const left = Math.min(arrow.x1, arrow.x2);
  if (kind === FOUND) return arrow.x2 + 20 * thickness(zoom);
  if (arrow.beside) {
    const away = kind === SELF ? 30 * thickness(zoom) : kind === GHOST ? 10 + 14 * thickness(zoom) : 11;
    return Math.max(arrow.x1, arrow.x2) + away + (failed ? 16 : 0);
  }
  if (kind === GHOST && total > length - 24) return Math.max(arrow.x1, arrow.x2) + 16;
  if (total > length - 8) return left + 10;
  // An arrow past others has its words at its beginning, where the eye is and no lifeline crosses them.
  if (arrow.far && total <= length - 28) return arrow.x2 > arrow.x1 ? arrow.x1 + 14 : arrow.x1 - total - 14;
  return left + (length - total) / 2;
}

function labelOf(trace: Trace, kind: number, span: number, at: number): string {
  if (kind === GHOST) return trace.ghosts[at]?.label ?? "";
  return kind === RETURN || kind === END ? ending(trace, span) : trace.operation(span);
}

/** Is there anything below a span that could be folded away? */
export function canFold(model: Sequence, span: number): boolean {
  return (model.trace.size[span] ?? 1) > 1;
}

function pillWords(model: Sequence, span: number): { kind: string; text: string }[] {
  const { trace, visible } = model;
  const fold = visible.folds.get(span);
  const found: { kind: string; text: string }[] = trace.badges(span).filter((badge) => fold?.kind !== "attempts" || badge.kind !== "attempt");
  const folding = foldableAt(model, span);
  if (folding) found.push({ kind: "fold", text: folding });
  const below = belowOf(model, span);
  return below ? [...found, { kind: below.failures ? "below bad" : "below", text: hiddenWords(below.spans, below.failures) }] : found;
}

/** Attempts or iterations that are shown one by one, at the first of them. */
function foldableAt(model: Sequence, span: number): string {
  const { trace, visible } = model;
  const group = trace.attempts.get(span);
  if (group?.[0] === span && !visible.folds.has(group[group.length - 1] ?? -1)) return `fold ${group.length} tries`;
  const loop = visible.folds.has(span) ? undefined : model.loops.get(span);
  return loop ? `fold ×${loop.times}` : "";
}

/** What a span stands for, but for attempts and iterations, which are told of elsewhere. */
function belowOf(model: Sequence, span: number): { spans: number; failures: number } | null {
  const { trace, visible } = model;
  if (visible.lens.collapsed.has(span)) {
    const spans = (trace.size[span] ?? 1) - 1;
    return spans ? { spans, failures: (trace.failuresBelow[span] ?? 0) - (trace.failed(span) ? 1 : 0) } : null;
  }
  const below = visible.below.get(span);
  return below && !visible.folds.has(span) && !model.repeated.has(span) ? below : null;
}

function pillWidth(text: string, font: number): number {
  return Math.round(width(text, font) * 1.12 + 15);
}

function stripOf(model: Sequence, span: number, arrow: Arrow, y: number, zoom: number): Strip | null {
  const fold = model.visible.folds.get(span);
  if (fold?.kind !== "attempts") return null;
  const left = clear(model, span, arrow, zoom) + (arrow.beside ? 12 : 18);
  const room = Math.min(220, Math.max(90, Math.max(arrow.x1, arrow.x2) - left - 14)) * Math.max(1, zoom);
  return {
    y: y + 13 * zoom,
    ticks: ticks(model.trace, fold.spans, left + 16, room - 16),
    words: attemptWords(model.trace, fold.spans),
    wordsX: left,
    toggleX: left,
    head: fold.spans[0] ?? span,
  };
}

/** Where words below an arrow meet no bar of the lifeline to their left. */
function clear(model: Sequence, span: number, arrow: Arrow, zoom: number): number {
  if (arrow.beside) return arrow.x2;
  const caller = callerOf(model.trace, model.visible, span);
  const left = arrow.x1 < arrow.x2 ? caller : (model.trace.component[span] ?? 0);
  return Math.max(Math.min(arrow.x1, arrow.x2), beyondBars(model, left, zoom));
}

function gapOf(model: Sequence, row: number, span: number, arrow: Arrow, zoom: number): Message["gap"] {
  const text = model.trace.gaps.get(span);
  if (!text) return null;
  const { rows, visible } = model;
  const strip = visible.folds.get(span)?.kind === "attempts" ? STRIP : 0;
  const y = (arrowY(rows, row) + (arrow.beside ? 20 : 14) + strip) * zoom;
  const x = clear(model, span, arrow, zoom) + (arrow.beside ? 16 : 10);
  return { text: fit(text, Math.max(420, Math.abs(arrow.x2 - arrow.x1)), 10.5), x, y };
}
