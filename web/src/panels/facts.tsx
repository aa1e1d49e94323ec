/** Names and values: ids, what Lambda reported, tokens, attributes. */
import type { Detail } from "../data/raw";
import { duration } from "../layout/units";
import { type Json, entry } from "../model/json_text";
import { visible } from "../model/text";
import { Copy } from "./controls";
import { JsonTree } from "./json_tree";

interface PairsProps {
  readonly of: readonly (readonly [string, string])[];
  readonly copy?: boolean;
}

/** What says nothing is left out. */
export function Pairs({ of, copy = false }: PairsProps) {
  return (
    <dl class="pairs">
      {of
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{visible(name)}</dt>
            <dd>
              {visible(value)}
              {copy && <Copy text={() => value} what={name} />}
            </dd>
          </div>
        ))}
    </dl>
  );
}

export function idsOf(detail: Detail): [string, string][] {
  const own: [string, string][] = [["span_id", detail.span_id], ["parent_span_id", detail.parent_span_id ?? ""], ["resource", detail.component.id ?? ""]];
  return [...own, ...Object.entries(detail.ids ?? {})];
}

/** What Lambda reported of the invocation, in words. */
export function lambdaOf(detail: Detail): [string, string][] {
  const faas = detail.faas ?? {};
  const number = (name: string) => (typeof faas[name] === "number" ? faas[name] : null);
  const ms = (name: string) => {
    const said = number(name);
    return said === null ? "" : duration(said * 1e6);
  };
  const [used, size] = [number("max_memory_mb"), number("memory_mb")];
  const init = ms("init_ms");
  return [
    ["cold start", faas["cold_start"] === true ? `yes${init && `, ${init}`}` : faas["cold_start"] === false ? "no" : init],
    ["initialised again", faas["suppressed_init"] === true ? "yes, within the invocation" : ""],
    ["billed", ms("billed_ms")],
    ["memory", used === null ? (size === null ? "" : `of ${size} MB`) : `${used} of ${size ?? "?"} MB`],
    ["batch", number("batch_size") === null ? "" : `${number("batch_size")} messages, of all runs`],
    ["version", String(faas["version"] ?? "")],
    ["log stream", String(faas["log_stream"] ?? "")],
  ];
}

/** How the times are known. */
export function timingOf(detail: Detail): [string, string][] {
  const precision = detail.time_precision_ns ? `, to ${duration(Number(detail.time_precision_ns))}` : "";
  return [
    ["kind", detail.kind],
    ["name", detail.name === detail.operation ? "" : detail.name],
    ["duration", detail.duration_source ? `${duration((detail.duration_ms ?? 0) * 1e6)}, ${detail.duration_source}` : ""],
    ["times by", detail.clock ? `the clock of the ${detail.clock}${precision}` : precision.replace(", to", "known to")],
  ];
}

/** OpenTelemetry attributes that have no field of their own, with every digit. */
export function Attributes({ json }: { json: Json | null }) {
  const found = entry(json, "attributes");
  return found ? (
    <div class="paper">
      <JsonTree json={found} terms={[]} />
    </div>
  ) : null;
}
