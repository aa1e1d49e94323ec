/** What downloads are called: `<case-id>-<run-id>-sequence.svg`. */
import type { Summary } from "../data/raw";

const PART_MAX = 60;

/** `what` is the end of the name, with its ending: `sequence.svg`. */
export function fileName(run: Summary, what: string): string {
  return [...[run.case.id, run.id].map(safe).filter(Boolean), what].join("-");
}

/** Only what every file system takes, and nothing that hides a file or leads out of a directory. */
function safe(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]+/g, "_")
    .replace(/\.{2,}/g, ".")
    .replace(/^[._-]+/, "")
    .slice(0, PART_MAX)
    .replace(/[._-]+$/, "");
}
