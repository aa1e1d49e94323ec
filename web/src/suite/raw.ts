/** What the page of a suite carries, as `renderers/suite/data.py` writes it. What says nothing is left out. */
import type { RawComponent } from "../data/raw";

export const VERSION = 1;

export type CaseStatus = "passed" | "warning" | "failed" | "error" | "inconclusive" | "skipped";

export interface RawSuite {
  readonly v: number;
  readonly title: string;
  readonly status: CaseStatus;
  /** The verdict in capitals. */
  readonly word: string;
  readonly sentence: string;
  readonly banners: readonly { readonly word: string; readonly text: string }[];
  readonly facts: readonly { readonly name: string; readonly text: string }[];
  /** Beside this page. */
  readonly files: readonly RawFile[];
  /** In the directory of each try. */
  readonly pages: readonly RawFile[];
  readonly counts: readonly { readonly status: CaseStatus; readonly n: number }[];
  readonly flaky: number;
  /** From the start of the suite to its end. */
  readonly span_ms: number;
  readonly clusters: readonly RawCluster[];
  /** Places in `cases`. */
  readonly slowest: readonly number[];
  readonly components: readonly Lane[];
  readonly cases: readonly RawCase[];
}

/** A component of the small drawings. */
export type Lane = Pick<RawComponent, "type" | "name" | "hue" | "tone">;

export interface RawFile {
  readonly file: string;
  readonly text: string;
  readonly about: string;
}

export interface RawCluster {
  readonly text: string;
  readonly status: CaseStatus;
  readonly cases: readonly number[];
}

export interface RawCase {
  readonly id: string;
  readonly name?: string;
  readonly path?: string;
  readonly group?: string;
  readonly tags?: readonly string[];
  readonly status: CaseStatus;
  readonly flaky?: boolean;
  /** One sentence on what did not simply pass. */
  readonly why?: string;
  readonly reasons?: readonly string[];
  readonly tries?: readonly RawTry[];
  readonly passed: number;
  readonly checks: number;
  readonly judged?: readonly RawCheck[];
  readonly more_judged: number;
  readonly ms?: number;
  readonly spans: number;
  readonly retries: number;
  readonly throttles: number;
  readonly tokens?: number;
  readonly lanes?: readonly number[];
  /** Lane, start, width (in thousandths) and kind of each bar: 0 ok, 1 error, 2 a later attempt, 3 without an end. */
  readonly bars?: readonly number[];
}

export interface RawTry {
  readonly run: string;
  /** The beginning of the addresses of its pages. */
  readonly at?: string;
  readonly status: string;
  readonly reasons?: readonly string[];
  readonly after_ms: number;
  readonly ms: number;
}

export interface RawCheck {
  readonly name: string;
  readonly title?: string;
  readonly status: string;
  readonly message?: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly nearest?: readonly { readonly label?: string; readonly differs?: string; readonly hash: string }[];
  readonly where?: string;
  /** What stands behind `#` in the address of the page that opens there. */
  readonly hash: string;
}
