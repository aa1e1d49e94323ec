/** Everything that is known of one span. */
import { useEffect, useState } from "preact/hooks";
import type { Detail } from "../data/raw";
import type { Viewer } from "../viewer";

export function Details({ viewer, span }: { viewer: Viewer; span: number }) {
  const [detail, setDetail] = useState<Detail | null>(null);
  useEffect(() => {
    let wanted = true;
    viewer.chunks.detail(span).then((found) => wanted && setDetail(found));
    return () => {
      wanted = false;
    };
  }, [viewer, span]);
  return (
    <aside class="details" aria-label="Details">
      <h2>{viewer.trace.operation(span)}</h2>
      <pre>{detail?.request?.text}</pre>
    </aside>
  );
}
