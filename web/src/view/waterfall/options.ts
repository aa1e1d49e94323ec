/** How a person likes the waterfall to be drawn; it stays so when the view is changed and comes back. */
import { Store } from "../../state/store";

export interface Options {
  /** Draw the critical path. */
  readonly critical: boolean;
  /** How wide the column of names is, in pixels. */
  readonly names: number;
}

/** On a very small screen. */
export const NAMES_LEAST = 140;
export const NAMES_MIN = 200;
export const NAMES_MAX = 600;
export const options = new Store<Options>({ critical: true, names: 320 });
