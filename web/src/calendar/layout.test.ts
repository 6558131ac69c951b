import { describe, expect, it } from "vitest";
import type { Entry } from "../api/calendar";
import { byDay } from "./grouping";
import { hourAt, labelAt, morningOf, placeHours, positionOf } from "./layout";

const at = (scheduledAt: string) => ({ id: scheduledAt, scheduledAt }) as Entry;

const week = (...days: string[][]) =>
  placeHours(
    days.map((times) => times.map((time) => at(`2027-03-24T${time}:00Z`))),
    "UTC",
    7,
    1,
    3,
  );
const rounded = (numbers: readonly number[]) => numbers.map((each) => Number(each.toFixed(2)));

describe("the posts of a week", () => {
  it("stand at their times if they do not touch", () => {
    const { columns, starts } = week(["07:30", "10:00"], ["12:00"]);
    expect(columns.map(({ placed }) => placed.map((each) => each.at))).toEqual([[0.5, 3], [5]]);
    expect(starts).toEqual(Array.from({ length: 18 }, (_, hour) => hour));
  });

  it("move down in their hour, which is as high as the most crowded day needs", () => {
    const { columns, starts } = week(["09:00", "09:05", "10:00"], ["10:30"]);
    expect(rounded((columns[0]?.placed ?? []).map((each) => each.at))).toEqual([2, 2.95, 3.9]);
    expect(rounded(starts.slice(0, 6))).toEqual([0, 1, 2, 3.9, 4.9, 5.9]);
    expect(rounded((columns[1]?.placed ?? []).map((each) => each.at))).toEqual([4.4]);
  });

  it("are counted after three in an hour, below the chips of the hour", () => {
    const { columns, starts } = week(["09:00", "09:05", "09:10", "09:15", "09:20", "10:00"]);
    const [{ placed, hidden } = { placed: [], hidden: [] }] = columns;
    expect(rounded(placed.map((each) => each.at))).toEqual([2, 2.95, 3.9, 5.35]);
    expect(hidden.map((each) => [Number(each.at.toFixed(2)), each.entries.length])).toEqual([[4.85, 2]]);
    expect(starts[3]).toBeCloseTo(5.35);
  });

  it("are shown first in a crowded hour if they need a person, in the order of their times", () => {
    const minutes = ["00", "10", "20", "30", "40", "50"];
    const posts = minutes.map((minute) => at(`2027-03-24T09:${minute}:00Z`));
    const stateOf = ({ scheduledAt }: Entry) => (/:(40|50):/.test(scheduledAt) ? ("lost" as const) : null);
    const { columns } = placeHours([posts], "UTC", 7, 1, 3, stateOf);
    const [{ placed, hidden } = { placed: [], hidden: [] }] = columns;
    expect(placed.map(({ entry }) => entry.scheduledAt.slice(14, 16))).toEqual(["00", "40", "50"]);
    expect(hidden.map(({ entries }) => entries.map((each) => each.scheduledAt.slice(14, 16)))).toEqual([
      ["10", "20", "30"],
    ]);
  });

  it("have room late in the evening", () => {
    const { columns, starts } = week(["22:30", "23:50"]);
    expect(rounded((columns[0]?.placed ?? []).map((each) => each.at))).toEqual([15.5, 16.83]);
    expect(starts.at(-1)).toBeCloseTo(16.83 + 0.95, 1);
  });

  it("stand in the night before seven", () => {
    const { columns } = week(["06:59", "07:00"]);
    expect(columns[0]?.night).toHaveLength(1);
    expect(columns[0]?.placed[0]?.at).toBe(0);
  });
});

describe("the posts of one day", () => {
  it("stand side by side if they would touch, in an hour that is as high as they need", () => {
    const minutes = ["00", "05", "10", "15", "20", "25"];
    const posts = [...minutes.map((minute) => at(`2027-03-24T09:${minute}:00Z`)), at("2027-03-24T10:30:00Z")];
    const { columns, starts } = placeHours([posts], "UTC", 7, 4, Number.POSITIVE_INFINITY);
    const [{ placed, hidden } = { placed: [], hidden: [] }] = columns;
    expect(placed.map(({ lane }) => lane)).toEqual([0, 1, 2, 3, 0, 1, 0]);
    expect(placed.map((each) => Number(each.at.toFixed(2)))).toEqual([2, 2.08, 2.17, 2.25, 2.95, 3.03, 4.48]);
    expect(starts.slice(0, 5).map((start) => Number(start.toFixed(2)))).toEqual([0, 1, 2, 3.98, 4.98]);
    expect([hidden, starts.length]).toEqual([[], 18]);
  });

  it("share the width only with those next to them", () => {
    const times = ["09:00", "12:00", "12:30", "13:10", "13:27", "16:00"];
    const { columns } = placeHours([times.map((time) => at(`2027-03-24T${time}:00Z`))], "UTC", 7, 4, 9);
    expect(columns[0]?.placed.map(({ lane, lanes }) => [lane, lanes])).toEqual([
      [0, 1],
      ...[0, 1, 0, 1].map((lane) => [lane, 2]),
      [0, 1],
    ]);
  });

  it.each([1, 2, 4])("are all shown, in their hours, and never cover each other (%d0 an hour)", (tens) => {
    const posts = Array.from({ length: 17 * tens * 10 }, (_, post) => {
      const minute = Math.floor((post * 6) / tens);
      return at(new Date(Date.UTC(2027, 2, 24, 7, minute)).toISOString());
    });
    const { columns, starts } = placeHours([posts], "UTC", 7, 2, Number.POSITIVE_INFINITY);
    const placed = columns[0]?.placed ?? [];
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

describe("the name of an hour", () => {
  it.each<[string, number, number, number | null]>([
    ["stands at its line", 8, 6.5, 8],
    ["stands below the tag of the present time just before it", 8, 7.75, 8.11],
    ["stands above the tag of the present time just after it", 8, 8.1, 7.74],
    ["is left out if the tag has the same words", 8, 8, null],
  ])("%s", (_, start, now, position) => {
    const found = labelAt(start, now);
    expect(found && Number(found.toFixed(2))).toBe(position);
  });
});
