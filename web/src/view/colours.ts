/** Colours of components where no style sheet reaches: on a canvas. By tone, saturation and lightness. */
import type { RawComponent } from "../data/raw";

/** Those of style/colours.css. */
const LINES = { light: ["62% 34%", "60% 25%", "22% 40%"], dark: ["60% 66%", "72% 76%", "24% 62%"] };
/** As in waterfall.css; brighter on a dark canvas, where nothing is written. */
const BARS = { light: ["58% 70%", "50% 66%", "24% 80%"], dark: ["46% 46%", "56% 54%", "16% 48%"] };

export function lineColour(component: RawComponent | undefined, dark: boolean): string {
  return toned(component, LINES, dark);
}

export function barColour(component: RawComponent | undefined, dark: boolean): string {
  return toned(component, BARS, dark);
}

function toned(component: RawComponent | undefined, tones: typeof LINES, dark: boolean): string {
  return `hsl(${component?.hue ?? 0} ${tones[dark ? "dark" : "light"][component?.tone ?? 0]})`;
}
