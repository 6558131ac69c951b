import { expect, it } from "vitest";
import { LATE } from "./late";

it.each([
  [60, "Publish it up to 1 minute after its time"],
  [3_600, "Publish it up to 1 hour after its time"],
  [5_400, "Publish it up to 90 minutes after its time"],
  [86_400, "Publish it up to 1 day after its time"],
  [604_800, "Publish it up to 7 days after its time"],
  [61, "Publish it up to 61 seconds after its time"],
  [null, "Publish it however late it is"],
])("a window of %j seconds is %j", (seconds, words) => {
  expect(LATE.until(seconds)).toBe(words);
});
