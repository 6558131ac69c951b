import { parseDate } from "@internationalized/date";
import { describe, expect, it, test } from "vitest";
import type { CalendarAnswer, CalendarFilter, Entry } from "../api/calendar";
import { instantsOf } from "../time/range";
import { loadedDays, progressOf } from "./loaded";

const ZONE = "Europe/Berlin";
const days = ["2027-03-22", "2027-03-23", "2027-03-24"].map(parseDate);

/** Return a page of the calendar of 22 to 24 March 2027, with a post at `last`. */
function answer(filter: CalendarFilter = {}, last: string | null = null, nextCursor: string | null = null) {
  const entries = last ? [{ scheduledAt: last } as Entry] : [];
  return { entries, pagination: { nextCursor }, range: instantsOf(days, ZONE), filter } as unknown as CalendarAnswer;
}
const loaded = (answers: CalendarAnswer[], filter: CalendarFilter = {}, shown = days, zone = ZONE) => [
  ...loadedDays(shown, answers, filter, zone),
];

test("no day is loaded before the API has answered", () => {
  expect(loaded([])).toEqual([]);
});

test("all days of a complete answer are loaded, also those without a post", () => {
  expect(loaded([answer()])).toEqual(["2027-03-22", "2027-03-23", "2027-03-24"]);
});

test("the days outside the period of the answer are not loaded", () => {
  const later = ["2027-03-24", "2027-03-25"].map(parseDate);
  expect(loaded([answer()], {}, later)).toEqual(["2027-03-24"]);
});

test("no day is loaded by the answer to another filter", () => {
  expect(loaded([answer({ q: "tea" })])).toEqual([]);
  expect(loaded([answer({ q: "tea" })], { q: "tea" })).toHaveLength(3);
});

test("the day of the last post is loaded only with the next page", () => {
  const first = answer({}, "2027-03-23T08:00:00.000Z", "more");
  expect(loaded([first])).toEqual(["2027-03-22"]);
  expect(loaded([first, answer()])).toHaveLength(3);
  expect(loaded([answer({}, null, "more")])).toEqual([]);
});

test("a day that begins earlier in another zone is not loaded", () => {
  expect(loaded([answer()], {}, days, "Asia/Tokyo")).toEqual(["2027-03-23", "2027-03-24"]);
});

describe("the calendar", () => {
  const all = new Set(days.map(String));
  const some = new Set(["2027-03-22"]);
  it.each([
    ["says nothing when the posts of all days are shown", all, all, false, false, null],
    ["says that posts load", some, some, true, false, "loading"],
    ["says that posts load while they are loaded and not shown yet", all, some, false, false, "loading"],
    ["says the same offline, because they are there in a moment", all, some, false, true, "loading"],
    ["says that posts are missing when nothing loads them", some, some, true, true, "missing"],
    ["says so also while it still shows the days before", new Set<string>(), all, true, true, "missing"],
    ["says nothing offline of days that are shown", all, all, false, true, null],
  ] as const)("%s", (_, loaded, drawn, isLoading, isStopped, progress) => {
    expect(progressOf(days, loaded, drawn, isLoading, isStopped)).toBe(progress);
  });
});
