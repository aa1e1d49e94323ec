/** A text put together from pieces until it is full: what matters most first, and what had no room is counted. */
import { fenced, fenceFor } from "./fence";

/** Pieces come from the system under test: they stand within a fence. */
export interface Section {
  readonly title: string;
  /** Said above the fence, in our own words. */
  readonly lead?: string;
  readonly pieces: readonly string[];
  /** What a piece is: `log line`. */
  readonly thing: string;
  /** How many more there are that nobody looked at. */
  readonly more?: number;
}

const SHARE = 0.6; // of the room that is left
const CUT = " … (cut)";

/** The sections, in order, within `limit` characters. Each takes what it needs, but leaves some for those behind it. */
export function compose(head: string, sections: readonly Section[], limit: number): string {
  const fence = fenceFor(sections.flatMap((section) => section.pieces));
  const kept = sections.map(() => [] as string[]);
  let room = limit - head.length - reserve(sections, fence);
  sections.forEach((section, at) => {
    const around = section.title.length + (section.lead?.length ?? 0) + 2 * fence.length + 20;
    let share = at === sections.length - 1 ? room : SHARE * room;
    for (const piece of section.pieces) {
      const cost = piece.length + 1 + (kept[at]?.length ? 0 : around);
      if (cost > share) continue;
      share -= cost;
      room -= cost;
      kept[at]?.push(piece);
    }
  });
  const parts = sections.flatMap((section, at) => write(section, kept[at] ?? [], fence));
  return [head, ...parts, ...leftOut(sections, kept)].join("\n\n") + "\n";
}

/** At most `limit` characters, and a word where something is missing. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, limit - CUT.length).replace(/[\ud800-\udbff]$/, "") + CUT;
}

function write(section: Section, pieces: readonly string[], fence: string): string[] {
  if (pieces.length === 0) return [];
  const title = `## ${section.title}`;
  return [section.lead ? `${title}\n\n${section.lead}` : title, fenced(pieces.join("\n"), fence)];
}

function leftOut(sections: readonly Section[], kept: readonly (readonly string[])[]): string[] {
  const gone = sections.flatMap((section, at) => {
    const n = section.pieces.length - (kept[at]?.length ?? 0) + (section.more ?? 0);
    return n ? [`${section.title}: ${n} ${section.thing}${n === 1 ? "" : "s"}`] : [];
  });
  return gone.length ? [`## Left out, for want of room\n\n${gone.map((line) => `- ${line}`).join("\n")}`] : [];
}

/** What the last section may take, if something of every section is left out. */
function reserve(sections: readonly Section[], fence: string): number {
  return 60 + fence.length + sections.reduce((sum, section) => sum + section.title.length + section.thing.length + 16, 0);
}
