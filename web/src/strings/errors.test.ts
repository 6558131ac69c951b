import { expect, test } from "vitest";
import { LOADED, sentenceFor } from "./errors";

test("a database that does not answer is explained by what the person misses", () => {
  expect(sentenceFor({ code: "database_unavailable", status: 500 }, LOADED.posts)).toBe(
    "Your posts cannot be loaded at the moment. Nothing you saved before is lost. Try again in a minute.",
  );
});

test.each([
  ["database_unavailable", 500],
  ["internal_error", 500],
  ["unavailable", 503],
  ["timeout", 504],
])("a change that ended with %s may have been made", (code, status) => {
  expect(sentenceFor({ code, status }, null)).toContain(
    "Your change may be missing. Check whether it was made, then try again.",
  );
});

test.each([429, 500, 502, 503, 504])("a response %d without a code has a sentence", (status) => {
  expect(sentenceFor({ code: "", status }, LOADED.other)).not.toBeNull();
});

test.each([
  ["wrong_state", 409],
  ["unhealthy", 503],
  ["quota_exceeded", 429],
  ["", 418],
])("the API explains the error %s itself", (code, status) => {
  expect(sentenceFor({ code, status }, null)).toBeNull();
});

test("a change that somebody else prevented was not made", () => {
  expect(sentenceFor({ code: "version_conflict", status: 409 }, null)).toContain("your change was not made");
});

test("a post that is not found may have been deleted", () => {
  expect(sentenceFor({ code: "post_not_found", status: 404 }, LOADED.post)).toContain("It may have been deleted.");
});
