/** The small drawing of a case and that of the whole suite, as paths. Pure; `renderers/suite/drawing.py` draws the first alike. */
import type { CaseStatus, RawCase, RawSuite } from "./raw";

export const WIDTH = 160;
export const HEIGHT = 30;
const PITCH_MOST = 6;
export const KINDS = ["ok", "error", "again", "open"] as const;

/** Lanes with a colour of their own; those after them share one, and so do all bars of another kind than `ok`. */
const OWN_MOST = 10;

/** All bars that look alike. */
export interface Shape {
  readonly kind: (typeof KINDS)[number];
  /** Whose colour it has: a place among the suite's components; null: none of its own. */
  readonly lane: number | null;
  readonly d: string;
}

export function shapesOf({ lanes = [], bars = [] }: RawCase): { shapes: Shape[]; crosses: string } {
  const pitch = Math.min(PITCH_MOST, HEIGHT / Math.max(1, lanes.length));
  const shapes = new Map<number, Shape>();
  let crosses = "";
  for (let at = 0; at + 3 < bars.length; at += 4) {
    const [place = 0, start = 0, width = 0, code = 0] = bars.slice(at, at + 4);
    const kind = KINDS[code] ?? "ok";
    const isOwn = kind === "ok" && place < OWN_MOST;
    const key = isOwn ? place : OWN_MOST + code;
    const d = (shapes.get(key)?.d ?? "") + box(place * pitch, start, width, pitch);
    shapes.set(key, { kind, lane: isOwn ? (lanes[place] ?? null) : null, d });
    if (kind === "error") crosses += cross(start + width, (place + 0.5) * pitch);
  }
  return { shapes: [...shapes].sort(([a], [b]) => a - b).map(([, shape]) => shape), crosses };
}

function box(top: number, start: number, share: number, pitch: number): string {
  const width = Math.max((share * WIDTH) / 1000, 1.5);
  const x = Math.min((start * WIDTH) / 1000, WIDTH - width);
  return `M${num(x)} ${num(top + 0.5)}h${num(width)}v${num(Math.max(pitch - 1.5, 1))}h${num(-width)}z`;
}

function cross(end: number, middle: number): string {
  const x = Math.min(Math.max((end * WIDTH) / 1000, 4), WIDTH - 4);
  const y = Math.min(Math.max(middle, 4), HEIGHT - 4);
  return `M${num(x - 3)} ${num(y - 3)}l6 6m0-6l-6 6`;
}

/** When each case ran, side by side where they ran at once: a path for each outcome, and how many lines they take. */
export function courseOf(suite: RawSuite, width: number, pitch: number): { paths: [CaseStatus, string][]; lines: number } {
  const ends: number[] = [];
  const paths = new Map<CaseStatus, string>();
  const tries = suite.cases.flatMap(({ tries = [], status }) => tries.map((each) => ({ status: statusOf(each.status, status), from: each.after_ms, to: each.after_ms + each.ms })));
  const scale = width / Math.max(suite.span_ms, 1);
  for (const { status, from, to } of tries.sort((a, b) => a.from - b.from)) {
    const free = ends.findIndex((end) => end <= from);
    const line = free < 0 ? ends.length : free;
    ends[line] = to;
    const long = Math.max((to - from) * scale - 1, 1);
    paths.set(status, `${paths.get(status) ?? ""}${strip(Math.min(from * scale, width - long), line * pitch, long, status === "passed" ? pitch / 2 : pitch - 1)}`);
  }
  return { paths: [...paths], lines: ends.length };
}

/** What passed is thin, what did not is thick: colour alone says nothing. */
function strip(x: number, y: number, width: number, height: number): string {
  return `M${num(x)} ${num(y)}h${num(width)}v${num(height)}h${num(-width)}z`;
}

/** A try before the last has an outcome of its own. */
function statusOf(own: string, ofCase: CaseStatus): CaseStatus {
  return (["passed", "warning", "failed", "error", "inconclusive"] as const).find((each) => each === own) ?? ofCase;
}

function num(value: number): string {
  return String(Math.round(value * 10) / 10);
}
