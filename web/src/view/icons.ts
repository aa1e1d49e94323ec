/** Icons drawn as lines on a 16 by 16 grid: they need no font, and their shape tells them apart without colour. */

const CIRCLE = "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13z";
const OCTAGON = "M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z";

const COMPONENTS: Readonly<Record<string, string>> = {
  client: "M2.5 3h11v7.5h-11zM6 13.5h4M8 10.5v3M5 5.5l2 1.5-2 1.5",
  queue: "M1.5 4h13v8h-13zM5 4v8M8 4v8M11 4v8",
  lambda: "M3 2.5h2.5l5.5 11h2.5M7 6.5l-3.7 7",
  agent: "M3 6h10v7H3zM8 6V3.2M6 9v1.2M10 9v1.2M1.5 8.5v2M14.5 8.5v2M7.2 2.4h1.6",
  model: "M8 1.8l1.6 4.6 4.6 1.6-4.6 1.6L8 14.2 6.4 9.6 1.8 8l4.6-1.6z",
  tool: "M9.8 6.2L2.5 13.5M9.2 2.6a3.6 3.6 0 1 0 4.2 4.2l-2.4.6-1.6-1.6z",
  knowledge_base: "M8 3.8C6.5 2.6 4 2.5 2 3v9.5c2-.5 4.5-.4 6 .8 1.5-1.2 4-1.3 6-.8V3c-2-.5-4.5-.4-6 .8zM8 3.8v9.5",
  guardrail: "M8 1.7l5.5 2v4.1c0 3.2-2.3 5.2-5.5 6.5-3.2-1.3-5.5-3.3-5.5-6.5V3.7z",
  table: "M2 3h12v10H2zM2 6.3h12M2 9.6h12M6 3v10",
  topic: "M3.5 8h4M7.5 8l4.5-4.5M7.5 8l4.5 4.5M7.5 8h5M10.5 3.5H12V5M10.5 12.5H12V11",
  bus: "M1.5 8h13M4 8V4M8 8v4M12 8V4M3 4h2M7 12h2M11 4h2",
  api: "M5.5 3.5L1.5 8l4 4.5M10.5 3.5l4 4.5-4 4.5M9 2.5l-2 11",
  state_machine: "M2 2.5h5v3.5H2zM9 10h5v3.5H9zM4.5 6v5.8H9",
  bucket: "M2.5 4l1.3 9.5h8.4L13.5 4M2.5 4c0 1.3 11 1.3 11 0s-11-1.3-11 0z",
  service: "M8 1.8l5.4 3.1v6.2L8 14.2l-5.4-3.1V4.9zM8 8v6M8 8L2.8 5M8 8l5.2-3",
};

const DOUBT =
  "M6.3 6a1.9 1.9 0 1 1 2.6 1.8c-.6.3-.9.7-.9 1.4M8 11v.8M8 1.5a6.5 6.5 0 0 1 3.2.8M13.7 4.9a6.5 6.5 0 0 1 .6 3.6M13 12.2a6.5 6.5 0 0 1-2.6 1.9M6.8 14.4a6.5 6.5 0 0 1-3.2-1.7M1.7 9.6a6.5 6.5 0 0 1 .4-4M3.9 3a6.5 6.5 0 0 1 1.4-.9";
const STATUSES: Readonly<Record<string, string>> = {
  passed: `${CIRCLE}M5 8.2l2.2 2.2L11.2 6`,
  ok: `${CIRCLE}M5 8.2l2.2 2.2L11.2 6`,
  failed: `${OCTAGON}M5.5 5.5l5 5M10.5 5.5l-5 5`,
  error: `${OCTAGON}M5.5 5.5l5 5M10.5 5.5l-5 5`,
  xfailed: `${OCTAGON}M5 8.2l2.2 2.2L11.2 6`,
  skipped: `${CIRCLE}M5 5.2L7.8 8 5 10.8M8.2 5.2L11 8l-2.8 2.8`,
  warning: "M8 1.8l6.7 12H1.3zM8 6.2v3.8M8 11.6v.8",
  inconclusive: DOUBT,
  incomplete: DOUBT,
  unknown: DOUBT,
  timeout: `${CIRCLE}M8 4v4.2l3 1.8`,
  throttled: "M4 2h8M4 14h8M4.8 2c0 3.6 3.2 4 3.2 6s-3.2 2.4-3.2 6M11.2 2c0 3.6-3.2 4-3.2 6s3.2 2.4 3.2 6",
  blocked: `${CIRCLE}M3.5 3.5l9 9`,
  burst: "M8 1.2l1.7 3.3 3.6-1.4-1.3 3.5 3 1.9-3.4 1.2.7 3.6-3.2-1.7L6.9 14.8l-.9-3.4-3.6.5 1.8-3L1.1 6.7l3.7-.4-.6-3.6 2.9 1.9z",
};

/** The path of a kind of component; of one that is not known, a box. */
export function componentIcon(type: string): string {
  return COMPONENTS[type] ?? COMPONENTS["service"] ?? "";
}

/** The path of a mark for how a span, a check or a run ended. */
export function statusIcon(status: string): string {
  return STATUSES[status] ?? DOUBT;
}
