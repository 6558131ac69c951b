import { describe, expect, it } from "vitest";
import type { Entry } from "../api/calendar";
import { byDay } from "./grouping";
import { morningOf, placeDay } from "./layout";

const at = (scheduledAt: string) => ({ id: scheduledAt, scheduledAt }) as Entry;

describe("the posts of a week", () => {
  it("stand at their times if they do not touch", () => {
    const { placed, night, hidden } = placeDay(
      [at("2027-03-24T08:30:00Z"), at("2027-03-24T11:00:00Z")],
      "Europe/Berlin",
    );
    expect(placed.map((each) => each.at)).toEqual([2.5, 5]);
    expect([night, hidden]).toEqual([[], []]);
  });

  it("move down if they would touch, three at most", () => {
    const posts = ["00", "05", "10", "15", "20"].map((minute) => at(`2027-03-24T09:${minute}:00Z`));
    const { placed, hidden } = placeDay([...posts, at("2027-03-24T15:00:00Z")], "UTC");
    expect(placed.map((each) => Number(each.at.toFixed(2)))).toEqual([2, 2.95, 3.9, 8]);
    expect(hidden.map(({ count }) => count)).toEqual([2]);
  });

  it("end with the day late in the evening, if there is room", () => {
    const posts = ["22:30", "23:50"].map((time) => at(`2027-03-24T${time}:00Z`));
    expect(placeDay(posts.slice(1), "UTC").placed[0]?.at).toBe(16.05);
    expect(placeDay(posts, "UTC").placed.map((each) => Number(each.at.toFixed(2)))).toEqual([15.5, 16.83]);
  });

  it("stand in the night before seven", () => {
    expect(placeDay([at("2027-03-24T05:59:00Z")], "Europe/Berlin").night).toHaveLength(1);
    expect(placeDay([at("2027-03-24T06:00:00Z")], "Europe/Berlin").placed[0]?.at).toBe(0);
  });
});

describe("the posts of one day", () => {
  it("stand side by side if they would touch, and move down only within their hour", () => {
    const minutes = ["00", "05", "10", "15", "20", "25"];
    const { placed, hidden } = placeDay(
      minutes.map((minute) => at(`2027-03-24T09:${minute}:00Z`)),
      "UTC",
      7,
      4,
    );
    expect(placed.map(({ lane }) => lane)).toEqual([0, 1, 2, 3, 0]);
    expect(placed.map((each) => Number(each.at.toFixed(2)))).toEqual([2, 2.08, 2.17, 2.25, 2.95]);
    expect(hidden.map(({ lane, count }) => [lane, count])).toEqual([[1, 1]]);
  });

  it.each([1, 2, 4])("are all shown or counted, and never lower than their hour (crowd of %d an hour)", (tens) => {
    const posts = Array.from({ length: 17 * tens * 10 }, (_, post) => {
      const minute = Math.floor((post * 6) / tens);
      return at(new Date(Date.UTC(2027, 2, 24, 7, minute)).toISOString());
    });
    const { placed, hidden } = placeDay(posts, "UTC", 7, 2);
    for (const { entry, at: place } of placed) {
      expect(Math.floor(place + 7)).toBeLessThanOrEqual(new Date(entry.scheduledAt).getUTCHours());
    }
    expect(placed.length + hidden.reduce((sum, { count }) => sum + count, 0)).toBe(posts.length);
    expect(Math.max(...hidden.map((each) => each.at))).toBeLessThanOrEqual(16.5);
  });

  it("never cover the number of hidden posts", () => {
    const minutes = ["00", "05", "10", "15", "20", "59"];
    const posts = [...minutes.map((minute) => `09:${minute}`), "10:10", "10:40", "11:20"];
    for (const lanes of [1, 2]) {
      const { placed, hidden } = placeDay(
        posts.map((time) => at(`2027-03-24T${time}:00Z`)),
        "UTC",
        7,
        lanes,
      );
      for (const more of hidden) {
        const near = placed.filter(({ lane, at: place }) => lane === more.lane && place > more.at - 0.94);
        expect(near.every(({ at: place }) => place >= more.at + 0.5)).toBe(true);
      }
      expect(hidden.length).toBeGreaterThan(0);
    }
  });

  it("make the day begin earlier than seven, as the present hour does", () => {
    const posts = [at("2027-03-24T03:30:00Z"), at("2027-03-24T09:00:00Z")];
    expect(morningOf(posts, "UTC", null)).toBe(3);
    expect(morningOf(posts.slice(1), "UTC", null)).toBe(7);
    expect(morningOf([], "UTC", 5)).toBe(5);
  });
});

describe("the days of posts", () => {
  it("are the days of the zone, in the order of the times", () => {
    const days = byDay(
      [at("2027-03-24T23:30:00Z"), at("2027-03-24T22:30:00Z"), at("2027-03-24T01:00:00Z")],
      "Europe/Berlin",
    );
    expect([...days].map(([day, posts]) => [day, posts.length])).toEqual([
      ["2027-03-24", 2],
      ["2027-03-25", 1],
    ]);
  });
});
