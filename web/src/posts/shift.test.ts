import { describe, expect, it } from "vitest";
import type { Post } from "../api/types";
import { shiftedOf } from "./shift";

const NOW = new Date("2027-03-27T08:00:00Z");
const post = (scheduledAt: string, scheduledAtLocal: string) =>
  ({ scheduledAt, scheduledAtLocal, timezone: "Europe/Berlin" }) as Post;
const saturday = post("2027-03-27T08:30:00.000Z", "2027-03-27T09:30:00.000+01:00");
const night = post("2027-03-27T01:30:00.000Z", "2027-03-27T02:30:00.000+01:00");

describe("posts that move", () => {
  it.each([
    // In the night to Sunday, the clocks go forward.
    ["keep their local time", { days: 1, minutes: 0 }, "2027-03-28T07:30:00.000Z", 0],
    ["move by minutes", { days: 0, minutes: 90 }, "2027-03-27T10:00:00.000Z", 0],
    ["cannot move into the past", { days: -1, minutes: 0 }, "2027-03-26T08:30:00.000Z", 1],
  ])("%s", (_, shift, to, past) => {
    expect(shiftedOf([saturday], shift, NOW)).toEqual({ from: saturday.scheduledAt, to, count: 1, past });
  });

  it("begin with the first post", () => {
    const later = post("2027-03-29T08:30:00.000Z", "2027-03-29T10:30:00.000+02:00");
    expect(shiftedOf([later, saturday], { days: -1, minutes: 0 }, NOW)).toEqual({
      from: saturday.scheduledAt,
      to: "2027-03-26T08:30:00.000Z",
      count: 2,
      past: 1,
    });
  });

  it("have no new time if the clocks skip it", () => {
    expect(shiftedOf([night], { days: 1, minutes: 0 }, NOW)?.to).toBeNull();
  });

  it("need a time", () => {
    expect(shiftedOf([{ scheduledAt: null, scheduledAtLocal: null } as Post], { days: 1, minutes: 0 }, NOW)).toBeNull();
  });
});
