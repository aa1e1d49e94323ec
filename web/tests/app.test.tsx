import { expect, test } from "vitest";
import { App } from "../src/app";

test("the viewer says something", () => {
  expect(App().props.children).toBe("The viewer starts here.");
});
