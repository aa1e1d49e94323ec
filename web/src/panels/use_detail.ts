/** The details of a span, which are opened on demand. */
import { useEffect, useState } from "preact/hooks";
import { LeftOut } from "../data/chunks";
import type { Detail } from "../data/raw";
import { type Json, parseJson } from "../model/json_text";
import type { Viewer } from "../viewer";

export interface Known {
  readonly span: number;
  readonly detail: Detail;
  /** The line that the page holds, with every digit. */
  readonly line: string;
  readonly json: Json | null;
}

export type Opened = { readonly kind: "opening" } | { readonly kind: "known"; readonly known: Known } | { readonly kind: "left out" } | { readonly kind: "failed"; readonly why: string };

const OPENING: Opened = { kind: "opening" };

export function useDetail(viewer: Viewer, span: number): Opened {
  const [opened, setOpened] = useState<{ span: number; opened: Opened }>({ span, opened: OPENING });
  useEffect(() => {
    let wanted = true;
    const say = (now: Opened) => wanted && setOpened({ span, opened: now });
    open(viewer, span).then(
      (known) => say({ kind: "known", known }),
      (error: unknown) => say(error instanceof LeftOut ? { kind: "left out" } : { kind: "failed", why: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [viewer, span]);
  return opened.span === span ? opened.opened : OPENING;
}

async function open({ chunks }: Viewer, span: number): Promise<Known> {
  const detail = await chunks.detail(span);
  const chunk = chunks.of(span);
  const line = (await chunks.lines(chunk))[span - (chunks.firsts[chunk] ?? 0)] ?? "";
  return { span, detail, line, json: parseJson(line) };
}
