/** The details of a span, which are opened on demand. */
import { useEffect, useState } from "preact/hooks";
import { LeftOut } from "../data/chunks";
import type { Detail, DetailEvent } from "../data/raw";
import { readDetail } from "../model/detail";
import { type Json, parseJson } from "../model/json_text";
import { askerOf, reasonBefore } from "../model/replay";
import type { Viewer } from "../viewer";

export interface Known {
  readonly span: number;
  readonly detail: Detail;
  /** The line that the page holds, with every digit. */
  readonly line: string;
  readonly json: Json | null;
  /** What the agent that asked for it said before. */
  readonly reason: DetailEvent | null;
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

async function open({ chunks, trace }: Viewer, span: number): Promise<Known> {
  const line = await chunks.text(span);
  const asker = askerOf(trace, span);
  const reason = asker === null ? null : await chunks.detail(asker).then(
    (agent) => reasonBefore(trace, span, agent),
    () => null, // the span itself is known: what its agent said is missed where one asks for the agent
  );
  return { span, detail: readDetail(line), line, json: parseJson(line), reason };
}
