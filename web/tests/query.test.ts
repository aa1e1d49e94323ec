import { describe, expect, test } from "vitest";
import { FIELDS, FIELD_NAMES, isProblem, parse, quoted } from "../src/search/query";

function terms(typed: string) {
  const found = parse(typed);
  if (isProblem(found)) throw new Error(found.text);
  return found.all.map(({ any }) => any);
}

function problem(typed: string) {
  const found = parse(typed);
  if (!isProblem(found)) throw new Error(`${typed} was read`);
  return found;
}

test("the sample of each field is read as that field", () => {
  for (const name of FIELD_NAMES) expect(terms(FIELDS[name].sample)).toMatchObject([[{ kind: "field", field: name, not: false }]]);
});

test("terms, quotes, minus and OR", () => {
  expect(terms('a "b c" -d -"e \\" f" g OR h')).toMatchObject([
    [{ text: "a", not: false }],
    [{ text: "b c", not: false }],
    [{ text: "d", not: true }],
    [{ text: 'e " f', not: true }],
    [{ text: "g" }, { text: "h" }],
  ]);
  expect(terms("  ")).toEqual([]);
});

test("any value that is quoted as it should be is read again", () => {
  for (const value of ["plain", "two words", 'with "quotes"', "back\\slash", "tab\there", "a:b>c", "-minus", "OR"]) {
    expect(terms(`op:${quoted(value)}`)).toMatchObject([[{ field: "op", value, not: false }]]);
    expect(terms(`-op:${quoted(value)}`)).toMatchObject([[{ field: "op", value, not: true }]]);
  }
});

test.each([
  ["dur>500ms", ">", 5e8],
  ["dur<=2s", "<=", 2e9],
  ["dur:>=1.5min", ">=", 9e10],
  ["wait<3µs", "<", 3e3],
  ["wait=3us", "=", 3e3],
  ["attempt:2", "=", 2],
  ["tokens>1,000", ">", 1000],
])("%s", (typed, op, number) => {
  expect(terms(typed)).toMatchObject([[{ op, number }]]);
});

test.each([
  ["compnent:x", "unknown field `compnent`: did you mean `component`?", 0, 10],
  ["a staus:ok", "unknown field `staus`: did you mean `status`?", 2, 10],
  ["status:eror", "unknown status `eror`: did you mean `error`?", 0, 11],
  ["dur>5", "`dur` needs a unit (ns, µs, ms, s, min), as in `dur>5ms`", 0, 5],
  ["dur>soon", "`dur` needs a time such as `500ms` or `2s`, not `soon`", 0, 8],
  ["attempt:two", "`attempt` needs a number, not `two`", 0, 11],
  ["kind>a", "`kind` cannot be more or less than something: write `kind:a`", 0, 6],
  ["kind:", "`kind` needs a value, as in `kind:agent`", 0, 5],
  ["a OR", "`OR` stands between two terms; quote it to search for the word", 2, 4],
])("%s is a problem at its place", (typed, text, at, end) => {
  expect(problem(typed)).toEqual({ text, at, end });
});

describe("what only looks like a field is text", () => {
  test.each(["arn:aws:lambda:eu-west-1:1:function:x", "http://example.com/a?b=c", "lambda:intake", "x>1", "a=b", '"status:ok"', "::", "-"])("%s", (typed) => {
    expect(terms(typed)).toMatchObject([[{ kind: "text" }]]);
  });
});
