import { describe, expect, test } from "vitest";
import { entry, parseJson, parseNested, pretty, stringAt } from "../src/model/json_text";
import { NAMES, details } from "./runs";

describe("JSON keeps what was written", () => {
  test.each(["12345678901234567890", "0.10", "-1.50e+10", "1E5", "true", "null"])("%s", (text) => {
    expect(parseJson(text)).toEqual({ kind: "plain", text });
  });

  test("payloads of every run come back as Python wrote them", () => {
    const texts = NAMES.flatMap((name) => details(name).flatMap((detail) => [detail.request?.text, detail.response?.text]));
    for (const text of texts) {
      const json = parseNested(text ?? "");
      if (json) expect(pretty(json)).toBe(text);
    }
  });

  test("strings are unescaped, keys keep their order and may repeat", () => {
    const json = parseJson('{"b": "\\u00e9\\n", "a": [], "b": {}}');
    expect(stringAt(json, "b")).toBe("é\n");
    expect(json?.kind === "object" && json.entries.map(([key]) => key)).toEqual(["b", "a", "b"]);
    expect(entry(json, "none")).toBeNull();
  });
});

describe("what is no JSON is none", () => {
  test.each(["", "{not json", "[1,]", "{}x", "01", "'a'", '"a', '{"a" 1}', "nul", '"\u0001"'])("%s", (text) => {
    expect(parseJson(text)).toBeNull();
  });

  test("however deep it is", () => {
    expect(parseJson("[".repeat(100_000))).toBeNull();
    expect(parseJson("[".repeat(150) + "]".repeat(150))).not.toBeNull();
  });
});
