/** What a person chose, as the end of an address, and back: by ids and names, so that a link survives a new rendering. */
import { SHARES } from "../compare/comparison";
import { toFailures, toLevel } from "../model/collapse";
import type { Lens } from "../model/lens";
import type { Trace } from "../model/trace";
import { SCALE_MAX, SCALE_MIN, type State } from "./state";

/** What an address asks for, and in words what of it this run cannot give. */
export interface Wishes {
  readonly state: Partial<State>;
  /** Whether matches alone are to be shown, once they are found. */
  readonly only: boolean;
  readonly notes: readonly string[];
}

type Writable<T> = { -readonly [K in keyof T]?: T[K] };

const IDS_MAX = 100;
const QUERY_MAX = 2_000;
const LEVELS_MAX = 5;
const TO_FAILURES = "failures";
const NOBODY = "none";

/** Only what differs from the state at the start; empty where nothing does. */
export function encode(trace: Trace, state: State, first: State): string {
  const { lens } = state;
  const parts: string[] = [];
  const put = (name: string, value: string | readonly string[] | null | undefined | false) => {
    const values = typeof value === "string" ? [value] : value || [];
    if (values.length && values[0] !== "") parts.push(`${name}=${values.map(encodeURIComponent).join(",")}`);
  };
  const toldOf = state.selected !== first.selected || (state.details && state.selected !== null);
  put("span", toldOf && (state.selected === null ? NOBODY : trace.id(state.selected)));
  put("details", toldOf && state.selected !== null && !state.details && "0");
  put("view", state.view !== first.view && state.view);
  put("q", state.query);
  put("only", lens.only !== null && state.query !== "" && "1");
  const share = trace.compare?.shareOf(lens.only);
  put("compare", share !== "both" && share);
  put("hide", [...lens.hidden].sort((a, b) => a - b).map((at) => labelOf(trace, at)));
  put("level", levelOf(trace, lens));
  put("fold", !levelOf(trace, lens) && lens.collapsed.size <= IDS_MAX && ids(trace, lens.collapsed));
  put("turn", lens.turned.size <= IDS_MAX && ids(trace, lens.turned));
  put("attempts", lens.attempts !== first.lens.attempts && lens.attempts);
  put("loops", lens.loops !== first.lens.loops && lens.loops);
  put("proven", lens.proven && "1");
  put("check", state.check !== null && checkName(trace, state.check));
  put("pick", state.picked.size <= IDS_MAX && ids(trace, state.picked));
  put("zoom", state.scale !== first.scale && String(Number(state.scale.toPrecision(4))));
  put("z", state.window && state.window.map((at) => Math.round(at * trace.unitNs)).join("-"));
  put("squeeze", state.squeezed && "1");
  put("side", state.side !== first.side && (state.side ? "1" : "0"));
  return parts.join("&");
}

/** Whether more spans were collapsed, turned or picked one by one than an address holds. */
export function isTooMuch(trace: Trace, { lens, picked }: State): boolean {
  const collapsed = levelOf(trace, lens) ? 0 : lens.collapsed.size;
  return Math.max(collapsed, lens.turned.size, picked.size) > IDS_MAX;
}

/** Whatever is wrong or unknown is left out, and said. */
export function decode(trace: Trace, hash: string, first: State): Wishes {
  const notes: string[] = [];
  const wanted = read(hash, notes);
  const lens: Writable<Lens> = {};
  const state: Writable<State> = {};
  const take = (name: string, use: (value: string) => boolean) => {
    const value = wanted.get(name);
    wanted.delete(name);
    if (value !== undefined && !use(value)) notes.push(`${name}=${value.slice(0, 60)} means nothing in this run`);
  };
  const spans = (values: string, put: (found: Set<number>) => void) => {
    const found = values.split(",").slice(0, IDS_MAX).map((id) => trace.find(unescaped(id) ?? ""));
    put(new Set(found.filter((span) => span !== null)));
    return !found.includes(null);
  };
  const flag = (put: (on: boolean) => void) => (value: string) => {
    if (value === "0" || value === "1") put(value === "1");
    return value === "0" || value === "1";
  };
  let only = false;
  take("span", (id) => {
    const span = trace.find(unescaped(id) ?? "");
    if (span === null && id !== NOBODY) return false;
    state.selected = span;
    state.details = span !== null;
    return true;
  });
  take("details", flag((on) => (state.details = on)));
  take("view", (view) => {
    if (view === "sequence" || view === "waterfall") state.view = view;
    return state.view === view;
  });
  take("q", (query) => {
    const text = unescaped(query);
    if (text !== null && text.length <= QUERY_MAX) state.query = text;
    return state.query === text;
  });
  take("only", flag((on) => (only = on)));
  take("compare", (share) => {
    const found = SHARES.find((each) => each === share);
    if (found && trace.compare) lens.only = trace.compare.spansOf(found);
    return found !== undefined && trace.compare !== null;
  });
  take("hide", (labels) => {
    const names = labels.split(",").map(unescaped);
    const hidden = trace.components.flatMap((_, at) => (names.includes(labelOf(trace, at)) ? [at] : []));
    lens.hidden = new Set(hidden);
    return names.every((name) => hidden.some((at) => labelOf(trace, at) === name));
  });
  take("level", (level) => {
    const isLevel = /^[1-5]$/.test(level);
    if (isLevel) lens.collapsed = toLevel(trace, Number(level));
    if (level === TO_FAILURES) lens.collapsed = toFailures(trace);
    return isLevel || level === TO_FAILURES;
  });
  take("fold", (values) => spans(values, (found) => (lens.collapsed = found)));
  take("turn", (values) => spans(values, (found) => (lens.turned = found)));
  take("attempts", (value) => {
    if (value === "folded" || value === "all") lens.attempts = value;
    return lens.attempts === value;
  });
  take("loops", (value) => {
    if (value === "folded" || value === "all") lens.loops = value;
    return lens.loops === value;
  });
  take("proven", flag((on) => (lens.proven = on)));
  take("check", (name) => {
    const named = trace.checks.findIndex((_, at) => checkName(trace, at) === unescaped(name));
    const found = named < 0 ? Number(/^~(\d{1,6})$/.exec(name)?.[1] ?? -1) : named; // by its place, as reports of suites do
    if (trace.checks[found]) state.check = found;
    return state.check === found;
  });
  take("pick", (values) => spans(values, (found) => (state.picked = found)));
  take("zoom", (value) => {
    const scale = Number(value);
    const isScale = /^[\d.]+$/.test(value) && scale >= SCALE_MIN && scale <= SCALE_MAX;
    if (isScale) state.scale = scale;
    return isScale;
  });
  take("z", (value) => {
    const [, from, to] = /^(\d{1,18})-(\d{1,18})$/.exec(value) ?? [];
    const window = [Number(from) / trace.unitNs, Number(to) / trace.unitNs] as const;
    const isWindow = window[0] < window[1] && window[0] <= trace.last;
    if (isWindow) state.window = window;
    return isWindow;
  });
  take("squeeze", flag((on) => (state.squeezed = on)));
  take("side", flag((on) => (state.side = on)));
  for (const name of wanted.keys()) notes.push(`${name.slice(0, 60)} is unknown`);
  return { state: { ...state, lens: { ...first.lens, ...lens } }, only: only && Boolean(state.query), notes };
}

function read(hash: string, notes: string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of hash.replace(/^#/, "").split("&").filter(Boolean)) {
    const [name = "", ...value] = part.split("=");
    if (unescaped(value.join("=")) === null) notes.push(`${name.slice(0, 60)} cannot be read`);
    else found.set(name, value.join("="));
  }
  return found;
}

function unescaped(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // a lone %: somebody cut the address
  }
}

function ids(trace: Trace, spans: ReadonlySet<number>): string[] {
  return [...spans].sort((a, b) => a - b).map((span) => trace.id(span));
}

export function labelOf(trace: Trace, component: number): string {
  const found = trace.components[component];
  return found ? `${found.type}:${found.name}` : "";
}

/** Its name; of several of one name the later ones with their number. */
function checkName(trace: Trace, at: number): string {
  const name = trace.checks[at]?.name ?? "";
  const before = trace.checks.slice(0, at).filter((check) => check.name === name).length;
  return before ? `${name}~${before + 1}` : name;
}

function levelOf(trace: Trace, lens: Lens): string {
  if (!lens.collapsed.size) return "";
  for (let level = 1; level <= LEVELS_MAX; level++) {
    if (areEqual(toLevel(trace, level), lens.collapsed)) return String(level);
  }
  return areEqual(toFailures(trace), lens.collapsed) ? TO_FAILURES : "";
}

function areEqual(some: ReadonlySet<number>, others: ReadonlySet<number>): boolean {
  return some.size === others.size && [...some].every((span) => others.has(span));
}
