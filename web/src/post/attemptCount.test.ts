import { expect, it } from "vitest";
import { attemptCount } from "./attemptCount";

const entry = (publicationId: string, attempt: number, jobId = "job") => ({ publicationId, jobId, attempt });

it.each([
  ["no entry", [], 0],
  ["the beginning and the result of a publish call", [entry("a", 1), entry("a", 1)], 1],
  ["a second publish call", [entry("a", 1), entry("a", 1), entry("a", 2), entry("a", 2)], 2],
  ["two publications", [entry("a", 1), entry("b", 1), entry("a", 1), entry("b", 1)], 2],
  [
    "a failure without a publish call, and another job",
    [entry("a", 0), entry("a", 0, "second"), entry("a", 1, "second")],
    3,
  ],
])("the attempts of %s are counted", (_, entries, count) => {
  expect(attemptCount(entries)).toBe(count);
});
