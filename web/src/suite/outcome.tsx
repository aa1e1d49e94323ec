/** How a case ended, by shape and word. One that failed and one that ended in an error are two things, and look like two. */
import { Drawing, StatusIcon } from "../panels/marks";

const FLAKY = "M2.5 9.5a5.6 5.6 0 0 1 9.6-4.7M12.4 1.8v3.2H9.2M13.5 6.5a5.6 5.6 0 0 1-9.6 4.7M3.6 14.2V11h3.2";

export function OutcomeIcon({ status, size = 14 }: { status: string; size?: number }) {
  if (status === "flaky") return <Drawing path={FLAKY} size={size} />;
  return <StatusIcon status={status === "error" ? "burst" : status} size={size} />;
}

export function Outcome({ status, size = 14 }: { status: string; size?: number }) {
  return (
    <span class={`outcome s-${status}`}>
      <OutcomeIcon status={status} size={size} /> {status}
    </span>
  );
}
