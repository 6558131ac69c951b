// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import { type FailedAttempt, listToCheck, notSentSentence } from "./notSent";

const attempt = (changes: Partial<FailedAttempt>): FailedAttempt => ({
  error: new TypeError("Failed to fetch"),
  intent: "schedule",
  isOffline: false,
  button: "Schedule",
  isNew: true,
  isKept: true,
  ...changes,
});
const answer = (status: number, code: string) => new ApiError("A sentence of the API.", status, code, [], "r-1");

describe("a new post", () => {
  it.each([
    ["without an answer", new TypeError("Failed to fetch")],
    ["with a failure of the server", answer(500, "internal_error")],
    ["with a failure of a gateway", answer(502, "")],
  ])("may have been saved after an attempt %s", (_, error) => {
    const sentence = notSentSentence(attempt({ error }));
    expect(sentence).toContain("Your text is kept on this device.");
    expect(sentence).toContain("check whether the post is in your list. If it is not, press “Schedule” again.");
    expect(listToCheck(attempt({ error }))).toBe("/posts?list=scheduled");
  });

  it("was not saved if the API refused it, or if the browser was offline", () => {
    expect(notSentSentence(attempt({ error: answer(400, "invalid_input") }))).toBeNull();
    expect(listToCheck(attempt({ error: answer(400, "invalid_input") }))).toBeNull();
    expect(notSentSentence(attempt({ isOffline: true }))).toContain("You are offline, so nothing was sent.");
    expect(listToCheck(attempt({ isOffline: true }))).toBeNull();
  });

  it("is found in the list for which it was saved", () => {
    expect(listToCheck(attempt({ intent: "draft" }))).toBe("/posts?list=draft");
    expect(listToCheck(attempt({ intent: "now" }))).toBe("/posts?list=all");
  });
});

it("asks for the request id only if there is one", () => {
  const error = answer(500, "internal_error");
  expect(notSentSentence(attempt({ error }))).toContain("tell the operator the request id below");
  expect(notSentSentence(attempt({ error: new ApiError("", 502, "", [], null) }))).not.toContain("request id");
});

it("saves the changes of a saved post only once", () => {
  const changed = attempt({ error: answer(503, "unavailable"), isNew: false, button: "Save changes" });
  expect(notSentSentence(changed)).toContain("press “Save changes” again. Nothing is saved twice.");
  expect(listToCheck(changed)).toBeNull();
});
