/** How a case ended, by shape and word. One that failed and one that ended in an error are two things, and look like two. */
import { StatusIcon } from "../panels/marks";

export function OutcomeIcon({ status, size = 14 }: { status: string; size?: number }) {
  return <StatusIcon status={status === "error" ? "burst" : status} size={size} />;
}

export function Outcome({ status, size = 14 }: { status: string; size?: number }) {
  return (
    <span class={`outcome s-${status}`}>
      <OutcomeIcon status={status} size={size} /> {status}
    </span>
  );
}
