/** The index of a page as Python writes it: docs/reference/viewer-data.md. Lists are columns, one entry a span. */

export const VERSION = 2;

/** The few spans of which something is said: `at` where (each less the one before), `is` what. */
export interface Sparse<T> {
  readonly at: readonly number[];
  readonly is: readonly T[];
}

/** Places as pairs: how many are skipped, then how many follow one another. */
export type Ranges = readonly number[];
/** Numbers, each less the one before. */
export type Deltas = readonly number[];

export interface RawComponent {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly hue: number;
  readonly tone: number;
  /** Never seen, only missed. */
  readonly ghost?: boolean;
  /** ITK itself, which sent the stimulus. */
  readonly itk?: boolean;
}

export interface RawSpans {
  readonly n: number;
  /** Ids of 16 to 64 hex digits; of very many the bytes of 8 each, in base64. */
  readonly id: readonly string[] | string;
  /** How far before a span its parent stands; 0: none. */
  readonly parent: readonly number[];
  readonly start: Deltas;
  readonly length: readonly number[];
  readonly no_start: Ranges;
  readonly no_end: Ranges;
  readonly reported: Sparse<number>;
  readonly opening: readonly number[];
  readonly closing: readonly number[];
  readonly caller: Sparse<number>;
  readonly component: readonly number[];
  readonly operation: readonly number[];
  readonly name: Sparse<number>;
  readonly status: readonly number[];
  readonly error: Sparse<number>;
  readonly tier: readonly number[];
  readonly rule: readonly number[];
  readonly attempt: Sparse<number>;
  readonly wait: Sparse<number>;
  readonly badges: Sparse<readonly number[]>;
  readonly tokens: Sparse<readonly number[]>;
}

export type CheckStatus = "passed" | "failed" | "inconclusive" | "error" | "warning" | "xfailed" | "skipped";

export interface RawCheck {
  readonly name: string;
  readonly status: CheckStatus;
  readonly message: string;
  readonly expected: string;
  readonly actual: string;
  readonly where: string;
  readonly spans: Ranges;
  /** What the case calls it. */
  readonly title?: string;
  /** Spans that a failed check came close to, and what keeps each from being the one; the closest first. */
  readonly nearest?: readonly (readonly [span: number, differs: string])[];
  /** Why it is expected to fail, and until when. */
  readonly xfail?: string;
}

/** A message that should have been seen and was not. */
export interface Ghost {
  readonly label: string;
  readonly target: number;
  readonly source?: number;
  readonly span?: number;
  readonly missing?: number;
  readonly checks?: readonly number[];
}

export interface Summary {
  readonly id: string;
  readonly status: "passed" | "warning" | "failed" | "error" | "inconclusive";
  readonly title: string;
  readonly case: { readonly id: string; readonly path: string; readonly tags: readonly string[]; readonly notes: string };
  readonly banners: readonly { readonly word: string; readonly text: string }[];
  readonly facts: readonly { readonly name: string; readonly text: string }[];
  readonly reasons: readonly string[];
  readonly complete: boolean;
  readonly missing: readonly { readonly text: string; readonly group: string }[];
  readonly sure: readonly { readonly tier: string; readonly n: number; readonly meaning: string }[];
  readonly would_be_exact: readonly { readonly text: string; readonly spans: number }[];
  readonly shifts: readonly string[];
  readonly counts: readonly { readonly name: string; readonly n: number; readonly meaning: string }[];
  readonly queues: readonly { readonly name: string; readonly before: number | null; readonly after: number | null }[];
  readonly warnings: readonly string[];
  readonly files: Readonly<Record<"report" | "run" | "spans" | "mermaid" | "viewer" | "timeline", string>>;
  readonly took: string;
}

/** Of a page that holds two runs: what the first of them, A, was, and how each span differs. */
export interface RawCompare {
  readonly run: Pick<Summary, "id" | "status" | "title" | "facts" | "reasons" | "complete" | "took">;
  /** 0 same, 1 changed, 2 inserted, 3 removed, 4 moved. */
  readonly change: readonly number[];
  readonly counts: Summary["counts"];
  readonly aspects: readonly { readonly name: string; readonly n: number }[];
  /** By how many ns spans were moved that only A has. */
  readonly shift: Sparse<string>;
  readonly limits: readonly string[];
}

export interface RawIndex {
  readonly v: number;
  readonly run: Summary;
  readonly origin_ns: string;
  readonly unit_ns: number;
  readonly first: number | null;
  readonly components: readonly RawComponent[];
  readonly spans: RawSpans;
  readonly words: readonly string[];
  readonly marks: { readonly span: Deltas; readonly time: Deltas; readonly level: readonly number[]; readonly everything: boolean };
  readonly attempts: readonly (readonly number[])[];
  readonly loops: { readonly first: readonly number[]; readonly period: readonly number[]; readonly times: readonly number[] };
  readonly critical: { readonly span: Deltas; readonly from: Deltas; readonly to: readonly number[]; readonly left_out: number };
  readonly links: { readonly from: Deltas; readonly to: readonly number[]; readonly reason: readonly string[] };
  readonly checks: readonly RawCheck[];
  readonly ghosts: readonly Ghost[];
  readonly gaps: { readonly span: readonly number[]; readonly text: readonly number[] };
  /** The first span of each chunk of details. */
  readonly chunks: readonly number[];
  readonly compare?: RawCompare;
}

/** The details of one span, made whole by `model/detail.ts`. What says nothing is left out; `*_ns` are strings of digits. */
export interface Detail {
  readonly span_id: string;
  readonly parent_span_id?: string;
  readonly name: string;
  readonly kind: string;
  readonly component: { readonly type: string; readonly name: string; readonly id?: string };
  readonly operation?: string;
  readonly join?: { readonly tier: string; readonly rule: string; readonly detail?: string; readonly inference?: Readonly<Record<string, unknown>> | null };
  readonly why?: string;
  readonly shift?: string;
  readonly start_ns?: string;
  readonly end_ns?: string;
  readonly duration_ms?: number;
  readonly duration_source?: string;
  readonly clock?: string;
  readonly time_precision_ns?: string;
  readonly status: string;
  readonly error?: { readonly type?: string; readonly message?: string; readonly stack?: string; readonly origin?: string; readonly retryable?: boolean | null };
  readonly attempt?: { readonly n: number; readonly of?: number | null; readonly kind: string };
  readonly ids?: Readonly<Record<string, string>>;
  readonly request?: Body;
  readonly response?: Body;
  readonly usage?: Readonly<Record<string, number | boolean | null>>;
  readonly faas?: Readonly<Record<string, unknown>>;
  readonly events?: readonly DetailEvent[];
  readonly links?: readonly DetailLink[];
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly evidence?: readonly Evidence[];
  readonly compared?: Compared;
}

/** A span and its like in run A, in finished words. Lengths: in A, in B, and by how much they differ. */
export interface Compared {
  readonly changes?: readonly { readonly what: string; readonly path?: string; readonly before?: string; readonly after?: string }[];
  readonly more?: number;
  readonly latency?: readonly string[];
  readonly wait?: readonly string[];
}

export interface Body {
  readonly text: string;
  readonly file: string;
  readonly truncated?: boolean;
}

export interface DetailEvent {
  readonly time_ns: string;
  readonly name: string;
  readonly level?: string;
  readonly text?: string;
  readonly body?: string;
  readonly evidence?: Evidence;
}

export interface DetailLink {
  readonly reason: string;
  readonly tier: string;
  readonly rule: string;
  readonly detail?: string;
  readonly span_id?: string;
  readonly trace_id?: string;
  /** The span at the other end, where it is in this run. */
  readonly at?: number;
}

export interface Evidence {
  readonly source: string;
  readonly group: string;
  readonly stream: string;
  readonly event_id: string;
  readonly time_ms: number;
  readonly ingested_ms?: number | null;
  readonly format: string;
  readonly parts?: readonly string[];
}
