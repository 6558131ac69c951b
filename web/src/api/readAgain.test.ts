import { expect, it } from "vitest";
import { readAgainAfter } from "./readAgain";

const AT = "2027-03-24T08:30:00.000Z";

it.each([
  ["a queued post long before its time", "queued", AT, "2027-03-24T08:29:00.000Z", 10_000],
  ["a queued post around its time", "queued", AT, "2027-03-24T08:29:55.000Z", 1_000],
  ["a queued post that is published now", "queued", AT, "2027-03-24T08:30:01.000Z", 1_000],
  ["a queued post that is late", "queued", AT, "2027-03-24T08:31:00.000Z", 10_000],
  ["a published post", "published", AT, "2027-03-24T08:30:01.000Z", false],
] as const)("%s is read again in time", (_, status, scheduledAt, now, after) => {
  expect(readAgainAfter({ status, scheduledAt }, Date.parse(now))).toBe(after);
});
