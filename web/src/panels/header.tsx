/** The first screen: verdict, case, place, banners. */
import type { Viewer } from "../viewer";

export function Header({ viewer }: { viewer: Viewer }) {
  const { run } = viewer.trace;
  return (
    <header class="top">
      <strong role="status">{run.status.toUpperCase()}</strong>
      <h1>{run.title}</h1>
    </header>
  );
}
