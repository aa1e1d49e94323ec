/** How loud a log line is. */
import type { DetailEvent } from "../data/raw";

export const LEVELS = ["plain", "warning", "error"] as const;
export type Level = (typeof LEVELS)[number];

export function levelOf(event: DetailEvent): Level {
  const word = (event.level ?? event.name).toUpperCase();
  if (/^(ERROR|CRITICAL|FATAL)$/.test(word)) return "error";
  return /^WARN(ING)?$/.test(word) ? "warning" : "plain";
}
