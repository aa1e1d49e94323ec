/** Moments to the nanosecond: Unix times of 19 digits, which a number of JavaScript cannot hold. */
import { offset } from "../layout/units";

/** `2026-03-01 07:31:02.120000001 UTC`. */
export function utc(ns: string | bigint): string {
  const value = BigInt(ns);
  const second = floor(value, 1_000_000_000n);
  const date = new Date(Number(second) * 1000);
  if (Number.isNaN(date.getTime())) return `${value} ns after 1970`;
  const rest = String(value - second * 1_000_000_000n).padStart(9, "0");
  return `${date.toISOString().slice(0, 19).replace("T", " ")}.${rest} UTC`;
}

/** `+1.24 s` after `origin`. */
export function since(ns: string | bigint, origin: bigint): string {
  return offset(Number(BigInt(ns) - origin));
}

export function fromMs(ms: number): bigint {
  return BigInt(Math.round(ms)) * 1_000_000n;
}

function floor(value: bigint, by: bigint): bigint {
  const found = value / by;
  return value % by < 0n ? found - 1n : found;
}
