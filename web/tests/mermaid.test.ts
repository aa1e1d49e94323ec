import { describe, expect, test } from "vitest";
import { escape } from "../src/export/mermaid_text";
import { LIMIT, mermaid } from "../src/export/mermaid";
import { OPEN_LENS, look } from "../src/model/lens";
import { faults } from "./grammar";
import { HOSTILE } from "./hostile";
import { NAMES, trace } from "./runs";

const OPEN = { ...OPEN_LENS, attempts: "all", loops: "all" } as const;

describe.each(NAMES)("%s", (name) => {
  const run = trace(name);

  test("is a diagram, folded and open", () => {
    for (const lens of [OPEN_LENS, OPEN]) {
      const { text, leftOut } = mermaid(run, look(run, lens));
      expect(faults(text)).toEqual([]);
      expect(leftOut).toBe(0);
    }
  });

  test("is valid wherever it is cut, and says how much is gone", () => {
    const seen = look(run, OPEN);
    for (let limit = 400; limit < 1500; limit += 50) {
      const { text, leftOut } = mermaid(run, seen, limit);
      expect(faults(text)).toEqual([]);
      if (leftOut) expect(text).toContain(`${leftOut} more messages not drawn`);
    }
  });

  test("every visible span is a message of its own", () => {
    const seen = look(run, OPEN);
    const { text } = mermaid(run, seen);
    for (const span of seen.spans) expect(text).toContain(escape(run.operation(span)).slice(0, 20));
  });

  test("whoever is hidden is not in it", () => {
    run.components.forEach((component, at) => {
      const { text } = mermaid(run, look(run, { ...OPEN, hidden: new Set([at]) }));
      expect(faults(text)).toEqual([]);
      if (look(run, OPEN).spans.length > 1 && !component.itk) expect(text).not.toMatch(new RegExp(`participant p${at} `));
    });
  });
});

test("nothing in a label is syntax", () => {
  for (const text of HOSTILE) {
    const written = escape(text);
    expect(written).toMatch(/^(?:[\p{L}\p{N}]|[ _.,:/=+*'?!()\-…·]|#\d+;)+$/u);
    expect(written.replace(/#\d+;/g, "")).not.toMatch(/\b(end|wrap|nowrap)\b/i);
  }
  expect(escape("a;b")).toBe("a#59;b");
  expect(escape("the end")).toBe("the e#110;d");
  expect(LIMIT).toBeLessThan(50_000);
});
