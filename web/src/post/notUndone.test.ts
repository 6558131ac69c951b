// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { notUndoneSentence } from "./notUndone";

const LEFT = "2026-12-01T08:15:00.000Z";
const now = new Date("2026-11-29T12:00:00Z");

it.each([
  [LEFT, "2026-12-01T19:10:00.000Z", "Not undone: meanwhile, the post was moved to Tue 1 December, 20:10 CET."],
  [LEFT, LEFT, "Not undone: meanwhile, the post was changed. It is planned for Tue 1 December, 09:15 CET."],
  [LEFT, null, "Not undone: meanwhile, the post was unscheduled."],
  [null, LEFT, "Not undone: meanwhile, the post was moved to Tue 1 December, 09:15 CET."],
  [null, null, "Not undone: meanwhile, the post was changed. It has no time."],
])("a post that was left at %j and has the time %j is described as it is", (left, scheduledAt, sentence) => {
  expect(notUndoneSentence({ scheduledAt }, left, "Europe/Berlin", now)).toBe(sentence);
});
