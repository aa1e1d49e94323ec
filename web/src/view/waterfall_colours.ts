/** Colours of components where no style sheet reaches: on a canvas, and in a picture that leaves the page. */
import type { RawComponent } from "../data/raw";

/** Saturation and lightness of each tone: bars as in waterfall.css, brighter on a dark canvas, where nothing is written. */
const BARS = { light: ["58% 70%", "50% 66%", "24% 80%"], dark: ["46% 46%", "56% 54%", "16% 48%"] };
const LINES = ["62% 34%", "60% 25%", "22% 40%"];

export function barColour({ hue, tone }: RawComponent, theme: "light" | "dark"): string {
  return `hsl(${hue} ${BARS[theme][tone] ?? BARS[theme][0]})`;
}

/** On paper. */
export function lineColour({ hue, tone }: RawComponent): string {
  return `hsl(${hue} ${LINES[tone] ?? LINES[0]})`;
}
