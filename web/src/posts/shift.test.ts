import { describe, expect, it } from "vitest";
import type { Post } from "../api/types";
import { SHIFT } from "../strings/shift";
import { shiftedOf } from "./shift";

const NOW = new Date("2027-03-27T08:00:00Z");
const post = (scheduledAt: string, scheduledAtLocal: string) =>
  ({ scheduledAt, scheduledAtLocal, timezone: "Europe/Berlin" }) as Post;
const saturday = post("2027-03-27T08:30:00.000Z", "2027-03-27T09:30:00.000+01:00");
const monday = post("2027-03-29T08:30:00.000Z", "2027-03-29T10:30:00.000+02:00");
const night = post("2027-03-27T01:30:00.000Z", "2027-03-27T02:30:00.000+01:00");

describe("posts that move", () => {
  it.each([
    // In the night to Sunday, the clocks go forward.
    ["keep their local time", { days: 1, minutes: 0 }, "2027-03-28T07:30:00.000Z"],
    ["move by minutes", { days: 0, minutes: 90 }, "2027-03-27T10:00:00.000Z"],
  ])("%s", (_, shift, to) => {
    expect(shiftedOf([saturday], shift, NOW)).toEqual({
      moves: [{ post: saturday, from: saturday.scheduledAt, to }],
      approved: 0,
      staying: [],
    });
  });

  it("are in the order of their times", () => {
    const { moves } = shiftedOf([monday, saturday], { days: 1, minutes: 0 }, NOW);
    expect(moves.map(({ post: each }) => each)).toEqual([saturday, monday]);
  });

  it("name those that would move into the past", () => {
    expect(shiftedOf([monday, saturday], { days: -1, minutes: 0 }, NOW)).toEqual({
      moves: [{ post: monday, from: monday.scheduledAt, to: "2027-03-28T08:30:00.000Z" }],
      approved: 0,
      staying: [{ post: saturday, reason: SHIFT.past }],
    });
  });

  it("name those whose new time the clocks skip", () => {
    expect(shiftedOf([night], { days: 1, minutes: 0 }, NOW)).toEqual({
      moves: [],
      approved: 0,
      staying: [{ post: night, reason: SHIFT.skipped }],
    });
  });

  it("are counted if they lose their approval", () => {
    const approved = (each: Post): Post => ({ ...each, approvalStatus: "approved" });
    const pending: Post = { ...monday, approvalStatus: "pending" };
    const posts = [approved(saturday), approved(monday), pending];
    const counts = (days: number) => {
      const { moves, approved: lost } = shiftedOf(posts, { days, minutes: 0 }, NOW);
      return [moves.length, lost];
    };
    expect(counts(1)).toEqual([3, 2]);
    expect(counts(-1)).toEqual([2, 1]);
  });

  it("need a time", () => {
    const untimed = { scheduledAt: null, scheduledAtLocal: null } as Post;
    expect(shiftedOf([untimed], { days: 1, minutes: 0 }, NOW)).toEqual({
      moves: [],
      approved: 0,
      staying: [],
    });
  });
});
