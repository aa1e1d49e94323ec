/** A run of any size out of no run at all: calls, messages, own steps and failures, nested and side by side. */
import type { RawIndex } from "../src/data/raw";
import { Trace } from "../src/model/trace";
import { index } from "./runs";

const COMPONENTS = 12;

/** Equal sizes give equal runs. */
export function synthetic(n: number): Trace {
  const chance = dice(n);
  const columns = { parent: [], start: [], length: [], opening: [], closing: [], component: [], operation: [], status: [], tier: [] } as Record<keyof Columns, number[]>;
  const { parent, start, length, opening, closing, component, operation, status, tier } = columns;
  const open: { end: number; at: number }[] = [];
  let [clock, before] = [0, 0];
  for (let at = 0; at < n; at++) {
    while (open.length > 1 && ((open[open.length - 1]?.end ?? 0) < clock + 40 || open.length > 9)) open.pop();
    const up = open[open.length - 1];
    const begin = clock + Math.floor(chance() * 30);
    const long = 5 + Math.floor(chance() * 400);
    const own = at && up && chance() < 0.1 ? component[up.at] : Math.floor(chance() * COMPONENTS);
    const caller = up ? component[up.at] : -1;
    const kind = !up ? 4 : own === caller ? 3 : opening[up.at] === 1 ? 2 : chance() < 0.2 ? 1 : 0;
    parent.push(up ? at - up.at : 0);
    start.push(begin - before);
    length.push(long);
    opening.push(kind);
    closing.push(kind === 0 ? 1 : kind === 1 ? 0 : 2);
    component.push(own ?? 0);
    operation.push(1 + Math.floor(chance() * 3));
    status.push(chance() < 0.03 ? 1 : 0);
    tier.push(up ? 1 : 0);
    [before, clock] = [begin, begin];
    open.push({ end: begin + long, at });
  }
  return new Trace(raw(n, columns));
}

type Columns = Pick<RawIndex["spans"], "parent" | "start" | "length" | "opening" | "closing" | "component" | "operation" | "status" | "tier">;

function raw(n: number, columns: Columns): RawIndex {
  const nothing = { at: [], is: [] };
  const none = { span: [], text: [] };
  return {
    ...index("happy"),
    first: null, words: ["", "Invoke", "SendMessage", "GetItem"],
    components: Array.from({ length: COMPONENTS }, (_, nth) => ({ type: "lambda", name: `worker-${nth}`, id: "", hue: 30 * nth, tone: 0 })),
    spans: {
      n, ...columns, id: Array.from({ length: n }, (_, at) => at.toString(16).padStart(16, "0")), rule: new Array<number>(n).fill(0), no_start: [], no_end: [],
      reported: nothing, caller: nothing, name: nothing, error: nothing, attempt: nothing, wait: nothing, badges: nothing, tokens: nothing,
    },
    attempts: [], loops: { first: [], period: [], times: [] }, links: { from: [], to: [], reason: [] }, checks: [], ghosts: [], gaps: none, chunks: [0],
  };
}

/** Numbers from 0 to 1 that only look like chance. */
export function dice(seed: number): () => number {
  let state = seed || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
