import { expect, test } from "vitest";
import { type Actions, press } from "../src/view/waterfall/keys";

/** What was asked for, in words. */
function asked(key: string, held: Partial<KeyboardEvent> = {}): { said: string[]; taken: boolean } {
  const said: string[] = [];
  const note = (name: string) => (value?: unknown) => void said.push(value === undefined ? name : `${name} ${value}`);
  const names = ["move", "right", "left", "open", "collapse", "unfold", "pick", "zoom", "whole", "pan", "focus"] as const;
  const actions = Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as Actions; // exactly those
  const event = { key, altKey: false, metaKey: false, ctrlKey: false, shiftKey: false, ...held } as KeyboardEvent; // all that is read
  return { said, taken: press(event, actions) };
}

test.each([
  ["ArrowDown", "move down"],
  ["PageUp", "move page-up"],
  ["End", "move last"],
  ["ArrowLeft", "left"],
  ["ArrowRight", "right"],
  ["Enter", "open"],
  [" ", "collapse"],
  ["0", "whole"],
  ["f", "focus"],
  ["+", "zoom 1.6"],
  ["a", "pan -0.2"],
  ["d", "pan 0.2"],
])("%s is %s", (key, said) => {
  expect(asked(key)).toEqual({ said: [said], taken: true });
});

test("with shift, arrows move in time", () => {
  expect(asked("ArrowLeft", { shiftKey: true }).said).toEqual(["pan -0.2"]);
  expect(asked("ArrowRight", { shiftKey: true }).said).toEqual(["pan 0.2"]);
});

test("a zoom there and back leaves what was", () => {
  const factor = (key: string): number => Number(asked(key).said[0]?.split(" ")[1]);
  expect(factor("+") * factor("-")).toBeCloseTo(1, 9);
});

test("keys with other meanings are left to the browser", () => {
  for (const held of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }]) {
    for (const key of ["f", "ArrowLeft", "0", "+", "a"]) expect(asked(key, held)).toEqual({ said: [], taken: false });
  }
  expect(asked("Tab")).toEqual({ said: [], taken: false });
});
