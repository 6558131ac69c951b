import { describe, expect, it } from "vitest";
import type { Entry } from "../api/calendar";
import { byDay } from "./grouping";
import { evenStarts, hourAt, morningOf, placeDay, placeHours, positionOf } from "./layout";

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

  it("never cover the number of hidden posts", () => {
    const minutes = ["00", "05", "10", "15", "20", "59"];
    const times = [...minutes.map((minute) => `09:${minute}`), "10:10", "10:40", "11:20"];
    const { placed, hidden } = placeDay(
      times.map((time) => at(`2027-03-24T${time}:00Z`)),
      "UTC",
    );
    for (const more of hidden) {
      const near = placed.filter(({ at: place }) => place > more.at - 0.94);
      expect(near.every(({ at: place }) => place >= more.at + 0.5)).toBe(true);
    }
    expect(hidden.length).toBeGreaterThan(0);
  });

  it("stand in the night before seven", () => {
    expect(placeDay([at("2027-03-24T05:59:00Z")], "Europe/Berlin").night).toHaveLength(1);
    expect(placeDay([at("2027-03-24T06:00:00Z")], "Europe/Berlin").placed[0]?.at).toBe(0);
  });
});

describe("the posts of one day", () => {
  it("stand side by side if they would touch, in an hour that is as high as they need", () => {
    const minutes = ["00", "05", "10", "15", "20", "25"];
    const posts = [...minutes.map((minute) => at(`2027-03-24T09:${minute}:00Z`)), at("2027-03-24T10:30:00Z")];
    const { placed, hidden, starts } = placeHours(posts, "UTC", 7, 4);
    expect(placed.map(({ lane }) => lane)).toEqual([0, 1, 2, 3, 0, 1, 0]);
    expect(placed.map((each) => Number(each.at.toFixed(2)))).toEqual([2, 2.08, 2.17, 2.25, 2.95, 3.03, 4.48]);
    expect(starts.slice(0, 5).map((start) => Number(start.toFixed(2)))).toEqual([0, 1, 2, 3.98, 4.98]);
    expect([hidden, starts.length]).toEqual([[], 18]);
  });

  it.each([1, 2, 4])("are all shown, in their hours, and never cover each other (%d0 an hour)", (tens) => {
    const posts = Array.from({ length: 17 * tens * 10 }, (_, post) => {
      const minute = Math.floor((post * 6) / tens);
      return at(new Date(Date.UTC(2027, 2, 24, 7, minute)).toISOString());
    });
    const { placed, starts } = placeHours(posts, "UTC", 7, 2);
    expect(placed).toHaveLength(posts.length);
    const bottoms = [0, 0];
    for (const { entry, at: place, lane } of placed) {
      const hour = new Date(entry.scheduledAt).getUTCHours() - 7;
      expect(place).toBeGreaterThanOrEqual(starts[hour] as number);
      expect(place).toBeLessThan(starts[hour + 1] as number);
      expect(place).toBeGreaterThanOrEqual((bottoms[lane] as number) - 1e-9);
      bottoms[lane] = place + 0.95;
    }
    expect(starts.at(-1)).toBeGreaterThanOrEqual(Math.max(...bottoms) - 1e-9);
  });

  it("have positions that name their hours, also where an hour is higher", () => {
    const starts = [0, 1, 4, 5];
    expect([0, 0.5, 1, 1.5, 2.25].map((hour) => positionOf(hour, starts))).toEqual([0, 0.5, 1, 2.5, 4.25]);
    expect([0, 0.5, 1, 2.5, 4.25].map((position) => hourAt(position, starts))).toEqual([0, 0.5, 1, 1.5, 2.25]);
    expect(evenStarts(3)).toEqual([0, 1, 2, 3]);
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
