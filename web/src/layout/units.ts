/** Times and numbers as people read them; the same words as in the report. */

/** `0.4 ms`, `312 ms`, `1.24 s`, `2 min 05 s` of so many nanoseconds. */
export function duration(ns: number): string {
  if (ns < 0) return `-${duration(-ns)}`;
  if (ns === 0) return "0 ms";
  if (ns < 1e4) return `${trim((ns / 1e3).toPrecision(2))} µs`;
  if (ns < 1e7) return `${trim((ns / 1e6).toFixed(2))} ms`;
  if (ns < 9.995e8) return `${Math.round(ns / 1e6)} ms`;
  if (ns < 1e11) return `${trim((ns / 1e9).toFixed(2))} s`;
  const total = Math.round(ns / 1e9);
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return hours ? `${hours} h ${two(minutes)} min` : `${Math.floor(total / 60)} min ${two(seconds)} s`;
}

/** `+1.24 s` after the start of the run. */
export function offset(ns: number): string {
  return ns < 0 ? duration(ns) : `+${duration(ns)}`;
}

/** `2,000`. */
export function grouped(n: number): string {
  return n < 1000 ? String(n) : n.toLocaleString("en");
}

/** `1 span`, `2,000 spans`. */
export function count(n: number, thing: string, things = `${thing}s`): string {
  return `${grouped(n)} ${n === 1 ? thing : things}`;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

function trim(figures: string): string {
  return figures.includes(".") ? figures.replace(/\.?0+$/, "") : figures;
}
