/** What keys do on the page of a suite: one table, which the help sheet shows too. */
import { chord, hasSingleKeys, isTyping } from "../commands/single_keys";
import { SORTS } from "./items";
import { addressOf } from "./links";
import type { Report } from "./report";

export const SEARCH_ID = "suite-query";

export interface Command {
  readonly title: string;
  readonly keys: readonly string[];
  readonly run: (report: Report) => void;
  /** Only where a row has the keys; elsewhere the browser's own meaning stays. */
  readonly inList?: boolean;
}

export const COMMANDS: readonly Command[] = [
  { title: "Next row", keys: ["j", "ArrowDown"], run: (report) => step(report, 1) },
  { title: "Previous row", keys: ["k", "ArrowUp"], run: (report) => step(report, -1) },
  { title: "First row, last row", keys: ["Home"], inList: true, run: (report) => to(report, 0) },
  { title: "", keys: ["End"], inList: true, run: (report) => to(report, -1) },
  { title: "Show the details of a case", keys: ["ArrowRight"], inList: true, run: (report) => turn(report, true) },
  { title: "Hide them", keys: ["ArrowLeft"], inList: true, run: (report) => turn(report, false) },
  { title: "Next case that did not pass", keys: ["n"], run: (report) => stepWrong(report, 1) },
  { title: "Previous one", keys: ["N"], run: (report) => stepWrong(report, -1) },
  { title: "Open its diagram", keys: ["o"], run: (report) => openPage(report, 0) },
  { title: "Open its timeline", keys: ["t"], run: (report) => openPage(report, 1) },
  { title: "Filter", keys: ["/"], run: () => document.getElementById(SEARCH_ID)?.focus() },
  { title: "By directory, or all in one list", keys: ["g"], run: ({ store }) => store.set(({ flat }) => ({ flat: !flat })) },
  { title: "Next way to sort", keys: ["s"], run: ({ store }) => store.set(({ sort }) => ({ sort: SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? "order" })) },
  { title: "Hide all details", keys: ["c"], run: ({ store }) => store.set({ open: new Set() }) },
  { title: "These keys, and the query language", keys: ["?"], run: ({ store }) => store.set({ sheet: "help" }) },
];

export function listenToKeys(report: Report): void {
  document.addEventListener("keydown", (event) => {
    const keys = chord(event);
    const command = COMMANDS.find((each) => each.keys.includes(keys));
    if (!command || event.defaultPrevented || event.isComposing || report.state.sheet || isTyping(event.target)) return;
    if (keys.length === 1 && !hasSingleKeys()) return;
    if (command.inList && !isInList(event.target)) return;
    event.preventDefault();
    command.run(report);
  });
}

function isInList(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest(".cases") !== null;
}

function step(report: Report, by: 1 | -1): void {
  const { items } = report.listed();
  const from = items.findIndex(({ key }) => key === report.state.current);
  to(report, from < 0 ? (by > 0 ? 0 : -1) : Math.min(Math.max(from + by, 0), items.length - 1));
}

function to(report: Report, at: number): void {
  const item = report.listed().items.at(at);
  if (item) report.go(item.key);
}

function stepWrong(report: Report, by: 1 | -1): void {
  const { items } = report.listed();
  const from = items.findIndex(({ key }) => key === report.state.current);
  const wrong = items.flatMap((item, at) => {
    const status = item.kind === "case" ? report.suite.cases[item.at]?.status : "passed";
    return status === "passed" || status === "skipped" ? [] : [at];
  });
  const next = by > 0 ? (wrong.find((at) => at > from) ?? wrong[0]) : (wrong.filter((at) => at < (from < 0 ? items.length : from)).at(-1) ?? wrong.at(-1));
  if (next === undefined) report.say("Every case that is shown passed");
  else to(report, next);
}

function turn(report: Report, open: boolean): void {
  const item = report.listed().items.find(({ key }) => key === report.state.current);
  const { state } = report;
  if (item?.kind === "case" && state.open.has(item.at) !== open) report.toggleCase(item.at);
  if (item?.kind === "group" && state.closed.has(item.name) === open) report.toggleGroup(item.name);
}

function openPage(report: Report, page: number): void {
  const item = report.listed().items.find(({ key }) => key === report.state.current);
  const address = item?.kind === "case" && addressOf(report.suite, item.at, page);
  if (address) location.assign(address);
}
