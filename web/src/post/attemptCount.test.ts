import { expect, it } from "vitest";
import { POST } from "../strings/post";
import { attemptCount } from "./attemptCount";

const entry = (publicationId: string, attempt: number, jobId = "job", part = 1) => ({
  publicationId,
  attempt,
  jobId,
  part,
});

it.each([
  ["no entry", [], "0"],
  ["the beginning and the result of a publish call", [entry("a", 1), entry("a", 1)], "1"],
  ["a post that missed its window", [entry("a", 0)], "0"],
  ["a second publish call", [entry("a", 1), entry("a", 1), entry("a", 2), entry("a", 2)], "2"],
  ["two accounts", [entry("a", 1), entry("b", 1), entry("a", 1), entry("b", 1)], "1 per account"],
  ["two accounts of which one was tried again", [entry("a", 1), entry("b", 1), entry("b", 2)], "up to 2 per account"],
  ["a thread", [entry("a", 1), entry("b", 1, "job", 2)], "1 per part"],
  [
    "a failure without a publish call, and another job",
    [entry("a", 0), entry("a", 0, "second"), entry("a", 1, "second")],
    "1",
  ],
])("the attempts of %s are counted", (_, entries, text) => {
  expect(POST.attemptsOf(attemptCount(entries))).toBe(text);
});
