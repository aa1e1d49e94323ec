/** The style of the diagram as attributes, light: for pictures. What comes later wins, as in a style sheet. */
import type { Attributes } from "./svg";

const [INK, MUTED, LINE, WIRE, BAD, WARN, GOOD, PICK] = ["#171c24", "#566072", "#d9dee6", "#39424f", "#b9202b", "#7d5200", "#16713a", "#2f6fde"];
const HALO: Attributes = { "paint-order": "stroke", stroke: "#ffffff", "stroke-width": 4, "stroke-linejoin": "round" };

export const PAINT: readonly (readonly [selector: string, attributes: Attributes])[] = [
  ["text", { fill: INK, "font-family": "system-ui, 'Segoe UI', 'Liberation Sans', 'DejaVu Sans', sans-serif" }],
  [".part .icon", { fill: "none", stroke: INK, "stroke-width": 1.4, "stroke-linecap": "round", "stroke-linejoin": "round" }],
  [".name, .loop-text, .pill-text, .bad .label, .ghost-mark", { "font-weight": 600 }],
  [".kind, .clock, .note, .strip-words, .gap-text, .m-return .label, .m-end .label, .pause-words, .p-link.pill-text, .p-fold.pill-text", { fill: MUTED }],
  [".ghostly .box", { fill: "#ffffff", stroke: WARN, "stroke-dasharray": "5 4" }],
  [".ghostly .stripe", { fill: "none" }],
  [".life", { stroke: LINE, "stroke-width": 1.5 }],
  [".life.ghostly", { stroke: WARN, "stroke-dasharray": "3 6" }],
  [".band", { fill: "#eceff3" }],
  [".band.cited", { fill: "#fff2c9" }],
  [".mark-cited", { fill: WARN }],
  [".bar.open", { "stroke-dasharray": "4 3", "fill-opacity": 0.45 }],
  [".bar.dwell", { fill: "#ffffff" }],
  [".hatch-line", { stroke: MUTED, "stroke-width": 2.2 }],
  [".wire, .tip", { fill: "none", stroke: WIRE, "stroke-width": 1.4, "stroke-linejoin": "round" }],
  [".tip.filled", { fill: WIRE }],
  [".m-return .wire", { "stroke-dasharray": "4 3" }],
  [".m-return .wire, .m-return .tip, .m-end .wire", { stroke: MUTED }],
  [".t-inferred .wire", { "stroke-dasharray": "10 5" }],
  [".t-unresolved .wire", { "stroke-dasharray": "0.1 4.5", "stroke-width": 2, "stroke-linecap": "round" }],
  [".origin", { fill: "#ffffff", stroke: MUTED, "stroke-width": 1.4 }],
  [".label, .strip-words, .gap-text, .pause-words", HALO],
  [".pause-words, .m-ghost .label, .gap-text, .cut", { "font-style": "italic" }],
  [".on-cite .label, .on-cite .strip-words, .on-cite .gap-text", { stroke: "#fff2c9" }],
  [".pause-words", { "stroke-width": 12 }],
  [".bad .wire, .bad .tip", { stroke: BAD }],
  [".bad .label", { fill: BAD }],
  [".mark", { fill: "none", stroke: BAD, "stroke-width": 1.7, "stroke-linecap": "round", "stroke-linejoin": "round" }],
  [".mark-back", { fill: "#ffffff" }],
  [".pause-line", { fill: "none", stroke: LINE, "stroke-dasharray": "2 5", "stroke-width": 2 }],
  [".m-ghost .wire", { stroke: WARN, "stroke-dasharray": "5 4" }],
  [".ghost-box", { fill: "#ffffff", stroke: WARN, "stroke-dasharray": "4 3", "stroke-width": 1.5 }],
  [".ghost-mark, .m-ghost .label, .pill-text", { fill: WARN }],
  [".gap-mark", { fill: "url(#seq-hatch)", stroke: WARN, "stroke-dasharray": "3 2" }],
  [".pill", { fill: "#ffffff", stroke: WARN }],
  [".p-doubt.pill", { "stroke-dasharray": "4 3" }],
  [".p-batch.pill", { stroke: PICK, "stroke-dasharray": "3 2" }],
  [".p-batch.pill-text", { fill: PICK }],
  [".p-link.pill, .p-fold.pill, .p-below.pill", { stroke: MUTED }],
  [".p-below.pill-text", { fill: INK }],
  [".p-below.bad.pill", { stroke: BAD }],
  [".p-below.bad.pill-text", { fill: BAD }],
  [".p-link.pill-text, .p-fold.pill-text", { fill: MUTED }],
  [".try", { fill: "none", stroke: WIRE, "stroke-width": 1.6 }],
  [".rest", { fill: "none", stroke: MUTED, "stroke-width": 1.4, "stroke-dasharray": "1 3", "stroke-linecap": "round" }],
  [".try-bad", { fill: "none", stroke: BAD, "stroke-width": 2, "stroke-linecap": "round" }],
  [".try-good", { fill: "#ffffff", stroke: GOOD, "stroke-width": 1.8 }],
  [".loop-box", { fill: "none", stroke: MUTED, "stroke-dasharray": "6 4" }],
  [".loop-tab", { fill: "#f6f7f9", stroke: MUTED }],
];

/** By tone, saturation and lightness: those of style/colours.css. */
export const FILLS = [[70, 91], [52, 80], [24, 93]] as const;
export const STROKES = [[62, 34], [60, 25], [22, 40]] as const;
export const STROKES_DARK = [[60, 66], [72, 76], [24, 62]] as const;

/** A colour that every program reads. */
export function hex(hue: number, [saturation, lightness]: readonly [number, number]): string {
  const [s, l] = [saturation / 100, lightness / 100];
  const part = (n: number): string => {
    const k = (n + hue / 30) % 12;
    const value = l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value).toString(16).padStart(2, "0");
  };
  return `#${part(0)}${part(8)}${part(4)}`;
}
