/** CloudWatch Logs Insights: the query that finds the records of a span again. Text to copy; nothing is sent. */
import type { Evidence } from "../data/raw";
import { oneLine } from "./text";

const AROUND_MS = 1000;
const LIMIT = 200;

export interface Insights {
  readonly group: string;
  readonly query: string;
}

/** One query for each log group, bounded in time and number. */
export function insights(records: readonly Evidence[]): Insights[] {
  const groups = new Map<string, Evidence[]>();
  for (const each of records) {
    if (each.source !== "cloudwatch_logs" || !each.group) continue;
    groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  }
  return [...groups].map(([group, found]) => ({ group, query: query(group, found) }));
}

function query(group: string, found: readonly Evidence[]): string {
  const times = found.map((each) => each.time_ms);
  const from = Math.floor(Math.min(...times)) - AROUND_MS;
  const to = Math.ceil(Math.max(...times)) + AROUND_MS;
  const streams = [...new Set(found.map((each) => each.stream).filter(Boolean))];
  return [
    `# log group ${oneLine(group)}`,
    `# ${iso(from)} to ${iso(to)}`,
    "fields @timestamp, @message",
    ...(streams.length ? [`| filter @logStream in [${streams.map(quoted).join(", ")}]`] : []),
    `| filter @timestamp >= ${from} and @timestamp <= ${to}`,
    "| sort @timestamp asc",
    `| limit ${LIMIT}`,
  ].join("\n");
}

function quoted(text: string): string {
  return `"${oneLine(text).replace(/["\\]/g, (c) => `\\${c}`)}"`;
}

function iso(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}
