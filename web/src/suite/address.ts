/** The address of the page says what is seen: written while a person looks around, read when they come back. */
import { caseKey } from "./items";
import type { Report } from "./report";
import { decode, encode, FIRST_STATE } from "./state";

const WRITE_MS = 400; // browsers refuse more than about 100 changes in half a minute

/** Follows the page, and the address where somebody changes it; a case that it names is brought into sight. */
export function followAddress(report: Report): void {
  let waiting = 0;
  const settle = () => {
    const [first] = report.state.open;
    if (first !== undefined && location.hash.includes("case=")) requestAnimationFrame(() => report.go(caseKey(first)));
  };
  report.store.watch(() => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => write(report), WRITE_MS);
  });
  window.addEventListener("hashchange", () => {
    window.clearTimeout(waiting);
    const { state, notes } = decode(report.suite, location.hash);
    report.store.set({ ...FIRST_STATE, ...state });
    if (notes.length) report.say(`Of this address was left out: ${notes.join("; ")}.`);
    settle();
  });
  settle();
}

function write(report: Report): void {
  const hash = encode(report.suite, report.state);
  const address = `${location.href.split("#")[0] ?? ""}${hash && `#${hash}`}`;
  if (address !== location.href) history.replaceState(history.state, "", address);
}
