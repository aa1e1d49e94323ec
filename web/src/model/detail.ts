/** The details of a span out of its line: what the index says already is not said again in the line. */
import type { Body, Detail } from "../data/raw";
import { parseJson, pretty } from "./json_text";
import type { Trace } from "./trace";

/** Makes of a line the whole JSON of a span. */
export type Whole = (span: number, line: string) => string;

/** What the line leaves out stands before it, so that what the line does say is the last word. */
export function whole(trace: Trace, span: number, line: string): string {
  const { type, name, id } = trace.componentOf(span);
  const parent = trace.parent[span] ?? -1;
  const operation = trace.operation(span);
  const known = {
    span_id: trace.id(span),
    ...(parent < 0 ? {} : { parent_span_id: trace.id(parent) }),
    name: trace.otherName(span) || `${operation} ${name}`,
    component: { type, name, id },
    operation,
    status: trace.statusOf(span),
  };
  const fields = JSON.stringify(known).slice(1, -1);
  return line === "{}" ? `{${fields}}` : `{${fields},${line.slice(1)}`;
}

/** Payloads that are JSON travel without blanks, and are indented again. */
type Told = Omit<Detail, "request" | "response"> & { readonly request?: ToldBody; readonly response?: ToldBody };
type ToldBody = ({ readonly text: string } | { readonly json: string }) & { readonly truncated?: boolean };

export function readDetail(text: string): Detail {
  const { request, response, ...told } = JSON.parse(text) as Told; // Python wrote it: docs/reference/viewer-data.md
  return {
    ...told,
    ...(request && { request: body(request, told.span_id, "request") }),
    ...(response && { response: body(response, told.span_id, "response") }),
  };
}

function body(told: ToldBody, id: string, part: string): Body {
  const rest = { file: `payloads/${id}.${part}.json`, ...(told.truncated ? { truncated: true } : {}) };
  if ("text" in told) return { text: told.text, ...rest };
  const json = parseJson(told.json);
  return { text: json ? pretty(json) : told.json, ...rest };
}
