/** Checks, what was not seen, how sure we are, counts. */
import type { Viewer } from "../viewer";

export function Side({ viewer }: { viewer: Viewer }) {
  return (
    <aside class="side" aria-label="Checks and counts">
      <ul>
        {viewer.trace.checks.map((check) => (
          <li>
            {check.status} {check.name}
          </li>
        ))}
      </ul>
    </aside>
  );
}
