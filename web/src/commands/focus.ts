/** The one field that commands put the focus into. */
export const SEARCH_ID = "search";

export function focusSearch(): void {
  const field = document.getElementById(SEARCH_ID);
  if (!(field instanceof HTMLInputElement)) return;
  field.focus();
  field.select();
}
