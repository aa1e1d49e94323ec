/** What a person sees and chose: all of it in one value, most of it in the address of the page. */
import { type Lens, OPEN_LENS } from "../model/lens";

export type View = "sequence" | "waterfall";
export type Sheet = "help" | "palette" | "export" | null;

/** Of the sequence. */
export const SCALE_MIN = 0.02;
export const SCALE_MAX = 3;

export interface State {
  readonly view: View;
  /** The span whose details are shown, and where the keys are. */
  readonly selected: number | null;
  /** More spans that were picked, to be copied together. */
  readonly picked: ReadonlySet<number>;
  /** The check whose evidence is lit. */
  readonly check: number | null;
  readonly query: string;
  readonly lens: Lens;
  /** Of the sequence diagram: 1 is natural size. */
  readonly scale: number;
  /** The part of the time axis that the waterfall shows, in units; null: all of it. */
  readonly window: readonly [number, number] | null;
  /** Silences cut short on the time axis. */
  readonly squeezed: boolean;
  readonly side: boolean;
  readonly details: boolean;
  readonly sheet: Sheet;
}

export const FIRST_STATE: State = {
  view: "sequence",
  selected: null,
  picked: new Set(),
  check: null,
  query: "",
  lens: OPEN_LENS,
  scale: 1,
  window: null,
  squeezed: false,
  side: true,
  details: false,
  sheet: null,
};
