/** Words at the edges of the diagram: what lies to the left or right of what is seen. */
import type { Trace } from "../../model/trace";
import { type Box, GUTTER } from "./diagram";
import type { Message } from "./message";
import { isOpening } from "./rows";
import { fit } from "../text";

const NAME_MOST = 130;
/** Of an arrow that leads out of sight, so much has to be seen that a name can stand on it. */
const ROOM_LEAST = 240;

export interface Aside {
  readonly words: string;
  readonly isLeft: boolean;
}

/** Of a message that is out of sight its label; of one that leads there, to whom; of an answer from there, how it failed. */
export function asideOf(trace: Trace, message: Message, { left, width: wide }: Box): Aside | null {
  const { x1, x2, textX, label, kind, failed, span, beside } = message;
  if (message.detail !== "full") return null;
  const [from, to] = [left + GUTTER, left + wide - 4];
  if (!isOpening(kind)) return failed && textX > to && Math.min(x1, x2) < to ? { words: label, isLeft: false } : null;
  if (Math.max(x1, x2, textX) < from) return { words: label, isLeft: true };
  if (Math.min(x1, x2) >= to) return { words: label, isLeft: false };
  const seen = Math.min(Math.max(x1, x2), to) - Math.max(Math.min(x1, x2), from);
  if (span < 0 || beside || seen < ROOM_LEAST || (x2 >= from && x2 <= to)) return null;
  return { words: fit(trace.componentOf(span).name, NAME_MOST, 10.5), isLeft: x2 < from };
}
