/** The command that runs the case again. */
import type { Summary } from "../data/raw";
import { oneLine } from "../model/text";

/** `itk run --case cases/refund.yaml --out artifacts/refund-again`, quoted for a POSIX shell; null where no file is known. */
export function reproduce(run: Summary): string | null {
  const path = run.case.path;
  if (!path || path !== oneLine(path)) return null;
  const recorded = run.banners.some((banner) => banner.word === "DEV-FIXTURES");
  const parts = ["itk", "run", "--case", quote(path), "--out", quote(`artifacts/${run.case.id || "run"}-again`)];
  return [...parts, ...(recorded ? ["--mode", "dev-fixtures"] : [])].join(" ");
}

/** One word for a POSIX shell, whatever is in it. */
export function quote(text: string): string {
  const word = text.startsWith("-") ? `./${text}` : text;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
