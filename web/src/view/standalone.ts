/** A drawing that leaves the page: the style that it has there, in light colours, written into it as attributes. */

/** Written where they are not as they are anyway. */
const LINE = { "stroke-width": "1px", "stroke-dasharray": "none", "stroke-linecap": "butt", "stroke-linejoin": "miter", "stroke-opacity": "1" };
const TEXT = { "font-size": "", "font-weight": "400", "font-style": "normal", "paint-order": "normal", "text-decoration": "none" };
/** Only a page has a use for these. */
const USELESS = ["class", "style", "tabindex", "role", "aria-label", "aria-posinset", "aria-setsize", "aria-current", "aria-hidden", "data-do", "data-head"];

/** `name` is the class under which the style sheet knows the drawing. */
export function standalone(drawing: SVGSVGElement, name: "seq" | "fall"): SVGSVGElement {
  const host = document.createElement("div");
  host.className = `${name} light`;
  host.append(drawing);
  document.body.append(host);
  const all = [...drawing.querySelectorAll<SVGElement>("*")].map((element) => [element, styleOf(element)] as const);
  drawing.remove();
  host.remove();
  for (const [element, style] of all) {
    if (!style) element.remove();
    for (const useless of USELESS) element.removeAttribute(useless);
    for (const [attribute, value] of style ?? []) element.setAttribute(attribute, value);
  }
  return drawing;
}

/** Null: it is not shown. */
function styleOf(element: SVGElement): [string, string][] | null {
  const style = getComputedStyle(element);
  const drawn = /^(path|rect|circle|line|text|tspan)$/.test(element.tagName);
  if (style.display === "none" && (drawn || element.tagName === "g")) return null;
  if (!drawn) return [];
  const found = [...painted("fill", style.fill, style.fillOpacity), ...painted("stroke", style.stroke, "1")];
  const more = { ...(style.stroke === "none" ? {} : LINE), ...(element.tagName.startsWith("t") ? TEXT : {}) };
  for (const [property, plain] of Object.entries(more)) {
    const value = property === "text-decoration" ? style.textDecorationLine : style.getPropertyValue(property);
    if (value !== plain) found.push([property, value]);
  }
  return found;
}

/** A colour as every program reads it, and how dense it is where it is not dense. */
function painted(name: string, css: string, opacity: string): [string, string][] {
  const numbers = /^(?:rgba?|color)\((?:srgb )?([^)]*)\)$/.exec(css)?.[1]?.split(/[\s,/]+/).map(Number);
  const whole = css.startsWith("color") ? 255 : 1;
  const hex = numbers?.slice(0, 3).map((part) => Math.round(part * whole).toString(16).padStart(2, "0"));
  const dense = Number(opacity) * (numbers?.[3] ?? 1);
  const paint: [string, string] = [name, hex ? `#${hex.join("")}` : css.replace(/["']/g, "")];
  return dense === 1 ? [paint] : [paint, [`${name}-opacity`, String(dense)]];
}
