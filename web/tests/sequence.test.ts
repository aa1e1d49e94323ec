import { describe, expect, test } from "vitest";
import { type Box, barsIn, columnX, detailAt, heightOf, layout, sequence, widthOf } from "../src/layout/sequence/diagram";
import { attemptWords, ticks } from "../src/layout/sequence/attempts";
import { barsWithin } from "../src/layout/sequence/bars";
import { arrowY, callerOf, isMessage, isOpening, rowAt } from "../src/layout/sequence/rows";
import { KIND_NAMES, spoken } from "../src/layout/sequence/words";
import { type Lens, OPEN_LENS, look } from "../src/model/lens";
import { DELIVER, FOUND, GHOST, type Trace } from "../src/model/trace";
import { NAMES, trace } from "./runs";
import { dice, synthetic } from "./synthetic";

const ALL: Lens = { ...OPEN_LENS, attempts: "all", loops: "all" };
const model = (run: Trace, lens: Lens = OPEN_LENS) => sequence(run, look(run, lens));

const RUNS: readonly (readonly [string, Trace])[] = [
  ...NAMES.map((name) => [name, trace(name)] as const),
  ["synthetic 40", synthetic(40)],
  ["synthetic 3000", synthetic(3000)],
];

function lenses(run: Trace): Lens[] {
  const chance = dice(run.n);
  const some = new Set(Array.from({ length: 3 }, () => Math.floor(chance() * run.n)));
  return [OPEN_LENS, ALL, { ...ALL, proven: true }, { ...OPEN_LENS, collapsed: some }, { ...OPEN_LENS, hidden: new Set([1]) }];
}

function laws(run: Trace, check: (drawn: ReturnType<typeof model>) => void): void {
  for (const lens of lenses(run)) check(model(run, lens));
}

describe.each(RUNS)("%s", (_, run) => {
  test("rows are in the order of time, what was missed last", () => {
    laws(run, ({ rows }) => {
      for (let row = 1; row < rows.n; row++) {
        expect(rows.time[row]).toBeGreaterThanOrEqual(rows.time[row - 1] ?? 0);
        if (rows.kind[row - 1] === GHOST) expect(rows.kind[row]).toBe(GHOST);
        expect(rows.y[row]).toBeGreaterThan(rows.y[row - 1] ?? 0);
      }
    });
  });

  test("every visible span opens exactly once, and closes at most once, later", () => {
    laws(run, ({ rows, visible }) => {
      const opened: number[] = [];
      rows.kind.forEach((kind, row) => {
        const span = rows.at[row] ?? 0;
        if (!isMessage(kind)) return;
        if (isOpening(kind)) opened.push(span);
        else expect(rows.opens[span]).toBeLessThan(row);
      });
      expect(opened.sort((a, b) => a - b)).toEqual([...visible.spans]);
    });
  });

  test("every participant of a row has a lifeline, and callers are where their arrows come from", () => {
    laws(run, ({ rows, visible, columns }) => {
      for (const span of visible.spans) {
        const caller = callerOf(run, visible, span);
        expect(columns.of[run.component[span] ?? 0]).toBeGreaterThanOrEqual(0);
        if (caller >= 0) expect(columns.of[caller]).toBeGreaterThanOrEqual(0);
        if (caller < 0 && (run.parent[span] ?? -1) >= 0) expect(rows.kind[rows.opens[span] ?? 0]).toBe(FOUND);
      }
      expect([...columns.x]).toEqual([...columns.x].sort((a, b) => a - b));
    });
  });

  test("activations on one lane follow each other, unless all lanes are taken", () => {
    laws(run, ({ bars, trace: { component } }) => {
      const last = new Map<string, number>();
      for (let at = 0; at < bars.n; at++) {
        const span = bars.span[at] ?? 0;
        const lane = bars.lane[span] ?? 0;
        const key = `${component[span]}.${lane}`;
        if (lane < 7) expect(bars.y1[at]).toBeGreaterThan(last.get(key) ?? -1);
        last.set(key, bars.y2[at] ?? 0);
      }
    });
  });

  test("a bar of a call encloses the bars of the calls that it waited for", () => {
    laws(run, ({ bars, visible }) => {
      const place = new Map(Array.from(bars.span.subarray(0, bars.n), (span, at) => [span, at]));
      for (const span of visible.spans) {
        const up = visible.up[span] ?? -1;
        if (up < 0 || run.opening[span] === DELIVER || (run.end[span] ?? 0) > (run.end[up] ?? 0)) continue;
        const [at, above] = [place.get(span) ?? 0, place.get(up) ?? 0];
        if (!bars.dwell[above]) expect(bars.y1[above]).toBeLessThanOrEqual(bars.y1[at] ?? 0);
      }
    });
  });

  test("within a box only what touches it, and everything that does", () => {
    const drawn = model(run, ALL);
    for (const zoom of [0.1, 0.3, 1, 3]) {
      for (const share of [0, 0.4, 0.97]) {
        const box: Box = { left: 0, top: share * heightOf(drawn, zoom), width: 1200, height: 700 };
        const found = layout(drawn, box, zoom);
        for (const { top, height } of found.messages) {
          expect(top).toBeLessThanOrEqual(box.top + box.height);
          expect(top + height).toBeGreaterThanOrEqual(box.top - 50 * zoom);
        }
        for (const bar of found.bars) {
          expect(bar.y).toBeGreaterThanOrEqual(box.top);
          expect(bar.y + bar.height).toBeLessThanOrEqual(box.top + box.height + 0.01);
        }
        expect(found.to - found.from).toBeLessThanOrEqual(box.height / (28 * zoom) + 3);
      }
    }
  });

  test("bars within heights are those that a look at each finds", () => {
    const { bars } = model(run, ALL);
    for (const [top, bottom] of [[0, 100], [500, 900], [2000, 2001]] as const) {
      const slow = Array.from({ length: bars.n }, (__, at) => at).filter((at) => (bars.y1[at] ?? 0) <= bottom && (bars.y2[at] ?? 0) >= top);
      expect(barsWithin(bars, top, bottom)).toEqual(slow);
    }
  });

  test("arrows begin and end at lifelines, and stay within the drawing", () => {
    laws(run, (drawn) => {
      const box = { left: 0, top: 0, width: widthOf(drawn, 1), height: Math.min(20_000, heightOf(drawn, 1)) };
      for (const message of layout(drawn, box, 1).messages) {
        expect(Math.max(message.x1, message.x2)).toBeLessThanOrEqual(widthOf(drawn, 1));
        expect(message.y).toBeGreaterThan(message.top);
        expect(message.y).toBeLessThan(message.top + message.height);
        if (message.span < 0 || message.beside || message.ghost >= 0) continue;
        const own = columnX(drawn, drawn.columns.of[run.component[message.span] ?? 0] ?? 0, 1);
        expect(Math.min(Math.abs(message.x1 - own), Math.abs(message.x2 - own))).toBeLessThan(60);
      }
    });
  });

  test("each row can be spoken, and found by its height", () => {
    const drawn = model(run);
    for (let row = 0; row < drawn.rows.n; row++) {
      const words = spoken(run, drawn.visible, drawn.rows, row);
      expect(words).not.toMatch(/undefined|NaN|, ,/);
      expect(words.length).toBeGreaterThan(3);
      expect(rowAt(drawn.rows, arrowY(drawn.rows, row))).toBe(row);
    }
  });
});

describe("what real runs tell", () => {
  test("a message that was retried is one arrow, from its first delivery, with its tries", () => {
    const run = trace("retried");
    const { rows, visible } = model(run);
    expect(KIND_NAMES[rows.kind[1] ?? 0]).toBe("deliver");
    expect(rows.time[1]).toBe(run.start[1]);
    expect(spoken(run, visible, rows, 1)).toBe(
      "delivery from queue:intake to lambda:intake, process intake, waited 102 ms, 2 tries, 1 failed, 29.73 s in back-off, 1.75 s, +140 ms",
    );
  });

  test("tries that all failed are told as tries, not as a loop", () => {
    const run = trace("poison");
    expect(attemptWords(run, run.attempts.get(1) ?? [])).toBe("3 tries, all failed, 59.82 s in back-off");
    expect(model(run).frames).toEqual([]);
    expect(model(run, ALL).rows.kind.filter((kind) => kind === DELIVER)).toHaveLength(3);
  });

  test("what was not seen stands last, and the bars that wait for it reach there", () => {
    const run = trace("inconclusive");
    const drawn = model(run);
    expect([...drawn.rows.kind].slice(-3)).toEqual([GHOST, GHOST, GHOST]);
    const waits = drawn.bars.y2[[...drawn.bars.span].indexOf(2)] ?? 0;
    expect(waits).toBeGreaterThan(arrowY(drawn.rows, drawn.rows.n - 3));
  });

  test("with only what was proven, an inferred link is drawn as found", () => {
    const run = trace("doubtful");
    const { rows } = model(run, { ...ALL, proven: true });
    const cut = [...Array(run.n).keys()].filter((span) => run.tierOf(span) === "inferred");
    expect(cut.length).toBeGreaterThan(0);
    for (const span of cut) expect(rows.kind[rows.opens[span] ?? 0]).toBe(FOUND);
  });

  test("tries keep their order and some room, however unlike they are", () => {
    const run = trace("poison");
    const placed = ticks(run, run.attempts.get(1) ?? [], 100, 90);
    for (const [nth, tick] of placed.entries()) {
      expect(tick.x2 - tick.x1).toBeGreaterThanOrEqual(8.9);
      if (nth) expect(tick.x1 - (placed[nth - 1]?.x2 ?? 0)).toBeGreaterThanOrEqual(6.9);
    }
    expect(placed[placed.length - 1]?.x2).toBeLessThanOrEqual(190.1);
  });
});

test("of 100,000 spans a window holds few", () => {
  const drawn = model(synthetic(100_000), ALL);
  expect(drawn.rows.n).toBeGreaterThan(100_000);
  for (const zoom of [0.02, 0.084, 0.26, 0.65, 1, 3]) {
    const box = { left: 0, top: heightOf(drawn, zoom) / 2, width: 1400, height: 800 };
    const { messages, bars, lifelines } = layout(drawn, box, zoom);
    expect(messages.length).toBeLessThanOrEqual(detailAt(zoom) === "density" ? 0 : 320);
    expect(bars.length).toBeLessThanOrEqual(160);
    expect(barsIn(drawn, box, zoom).length).toBe(bars.length);
    expect(lifelines.length).toBeLessThanOrEqual(12);
  }
});
