/** A window over the page. Escape and a click beside it close it; the focus goes back to where it was. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "./controls";

interface SheetProps {
  /** Whose window it is. */
  readonly viewer: { readonly store: { set(change: { readonly sheet: null }): void } };
  readonly name: string;
  readonly kind: string;
  /** Without a heading, the first thing in it says what it is. */
  readonly bare?: boolean;
  readonly children: ComponentChildren;
}

export function Sheet({ viewer, name, kind, bare, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => viewer.store.set({ sheet: null });
  useLayoutEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement || before instanceof SVGElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`sheet ${kind}`}
      aria-label={name}
      // It is told late: by then another sheet may be open, which is not to be closed.
      onClose={({ currentTarget }) => currentTarget.isConnected && close()}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="sheet-body">
        {!bare && (
          <header>
            <h2>{name}</h2>
            <Button class="bare square" sign="close" name="Close" onClick={close} />
          </header>
        )}
        {children}
      </div>
    </dialog>
  );
}
