import { expect, it } from "vitest";
import type { HistoryEvent } from "../api/types";
import { earlierTime } from "./earlierTime";

const AT = "2027-03-24T08:00:00.000Z";
const OTHER = "2027-03-25T08:00:00.000Z";
const created = ["post.created", { status: "scheduled", scheduledAt: AT }];
const cancelled = (scheduledAt: string) => ["post.cancelled", { scheduledAt }];
const changed = (from: string | null, to: string | null) => [
  "post.updated",
  { changed: ["scheduledAt"], old: { scheduledAt: from }, new: { scheduledAt: to } },
];
const edited = ["post.updated", { changed: ["content"], old: { content: "A" }, new: { content: "B" } }];

it.each([
  ["was cancelled", [created, cancelled(AT), edited], "2027-03-24T09:00"],
  ["lost it in an edit", [created, changed(AT, null)], "2027-03-24T09:00"],
  ["lost two", [created, cancelled(AT), changed(null, OTHER), changed(OTHER, null)], "2027-03-25T09:00"],
  ["never had one", [["post.created", { status: "draft" }], edited], null],
  ["had one that has passed", [created, cancelled("2027-03-23T08:00:00.000Z")], null],
  ["had the second of two equal times", [created, cancelled("2027-10-31T01:30:00.000Z")], null],
  ["had the first of two equal times", [created, cancelled("2027-10-31T00:30:00.000Z")], "2027-10-31T02:30"],
])("a draft that %s offers its earlier time while it lies ahead", (_, events, expected) => {
  const history = events.map(([type, data]) => ({ type, data })) as Pick<HistoryEvent, "type" | "data">[];
  const now = new Date("2027-03-23T12:00:00Z");
  expect(earlierTime("draft", history, "Europe/Berlin", now)).toBe(expected);
  expect(earlierTime("scheduled", history, "Europe/Berlin", now)).toBeNull();
});
