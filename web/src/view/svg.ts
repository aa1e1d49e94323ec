/** SVG that is drawn again and again: elements are kept and reused, and only what changed is written. */

const NS = "http://www.w3.org/2000/svg";
type Value = string | number | null | undefined | false;
export type Attributes = Readonly<Record<string, Value>>;

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Node[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(NS, tag);
  put(made, attributes);
  made.append(...children);
  return made;
}

const written = new WeakMap<Element, Map<string, string>>();

/** An element of the page around a drawing. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, name: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

/** Put an element into the document or take it out. */
export function keep(element: Element, wanted: boolean, add: () => void = () => undefined): void {
  if (wanted && !element.parentNode) add();
  if (!wanted) element.remove();
}

/** Write attributes that are others than before. `null`, `undefined` and `false` take one away. */
export function put(element: Element, attributes: Attributes): void {
  let known = written.get(element);
  if (!known) written.set(element, (known = new Map()));
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      if (known.delete(name)) element.removeAttribute(name);
      continue;
    }
    const text = typeof value === "number" ? number(value) : value;
    if (known.get(name) === text) continue;
    known.set(name, text);
    element.setAttribute(name, text);
  }
}

/** Write one property of an element's own style, where it is another than before. */
export function style(element: HTMLElement | SVGElement, name: string, value: string): void {
  let known = written.get(element);
  if (!known) written.set(element, (known = new Map()));
  const key = `style ${name}`;
  if (known.get(key) === value) return;
  known.set(key, value);
  element.style.setProperty(name, value);
}

/** Write text that is another than before. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** At most one decimal: a drawing needs no more, and text stays short. */
function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A reusable piece of a drawing; `root` is what stands in the document. */
export interface Part {
  readonly root: SVGElement;
}

const SPARE = 8;

/** Parts of one shape under one parent. Each frame takes as many as it needs; the rest waits out of sight. */
export class Pool<P extends Part> {
  private readonly parts: P[] = [];
  private used = 0;
  private shown = 0;

  constructor(
    private readonly parent: SVGElement,
    private readonly make: () => P,
  ) {}

  begin(): void {
    this.used = 0;
  }

  take(): P {
    let part = this.parts[this.used];
    if (!part) {
      part = this.make();
      this.parts.push(part);
      this.parent.append(part.root);
    } else if (this.used >= this.shown) {
      put(part.root, { display: null });
    }
    this.used++;
    return part;
  }

  end(): void {
    for (let n = this.used; n < this.shown; n++) {
      const part = this.parts[n];
      if (part) put(part.root, { display: "none" });
    }
    this.shown = this.used;
    // What a smaller scale needs no more does not stay in the document.
    const kept = this.used + Math.max(this.used, SPARE);
    while (this.parts.length > kept) this.parts.pop()?.root.remove();
  }
}
