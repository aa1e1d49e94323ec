/** A button that opens a box below it. Escape, a click elsewhere and leaving it with Tab close it again. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Sign } from "./marks";
import type { SignName } from "./signs";

interface PopoverProps {
  readonly name: string;
  readonly sign: SignName;
  readonly tally: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Popover({ name, sign, tally, children }: PopoverProps) {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const closeOutside = (event: Event) => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) setOpen(false);
    };
    const closeOnEscape = (event: KeyboardEvent) => {
      // A button that was pressed and disabled by that leaves the focus to the page.
      const isHere = event.target === document.body || (event.target instanceof Node && place.current?.contains(event.target));
      if (event.key !== "Escape" || !isHere) return;
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
      opener.current?.focus();
    };
    const until = new AbortController();
    const { signal } = until;
    document.addEventListener("keydown", closeOnEscape, { capture: true, signal });
    document.addEventListener("pointerdown", closeOutside, { signal });
    document.addEventListener("focusin", closeOutside, { signal });
    return () => until.abort();
  }, [isOpen]);
  return (
    <div class="popover" ref={place}>
      <button ref={opener} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Sign name={sign} />
        {name} <span class="muted">{tally}</span>
      </button>
      {isOpen && (
        <div class="popped" role="group" aria-label={name}>
          {children}
        </div>
      )}
    </div>
  );
}
