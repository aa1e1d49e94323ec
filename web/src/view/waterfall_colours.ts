/** Colours of components where no style sheet reaches: on a canvas, and in a picture that leaves the page. */
import type { RawComponent } from "../data/raw";

/** As in colours.css and waterfall.css. */
export function barColour({ hue, tone }: RawComponent, dark: boolean): string {
  return dark ? `hsl(${hue} ${tone ? 30 : 44}% ${[44, 38, 52][tone] ?? 44}%)` : `hsl(${hue} ${tone ? 46 : 58}% ${[70, 62, 78][tone] ?? 70}%)`;
}

export function lineColour({ hue }: RawComponent, dark: boolean): string {
  return dark ? `hsl(${hue} 58% 68%)` : `hsl(${hue} 62% 36%)`;
}
