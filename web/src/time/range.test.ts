import { parseDate } from "@internationalized/date";
import { describe, expect, it } from "vitest";
import { dayFrom, daysOf, hoursOf, instantsOf, presentHour, step } from "./range";

const day = parseDate("2027-03-24");

describe("the days of a view", () => {
  it("shows whole weeks from Monday to Sunday in a month", () => {
    const days = daysOf("month", day);
    expect(days).toHaveLength(35);
    expect(`${days[0]} ${days.at(-1)}`).toBe("2027-03-01 2027-04-04");
  });

  it.each([
    ["week", "2027-03-22 2027-03-28"],
    ["day", "2027-03-24 2027-03-24"],
    ["agenda", "2027-03-24 2027-04-22"],
  ] as const)("%s", (view, range) => {
    const days = daysOf(view, day);
    expect(`${days[0]} ${days.at(-1)}`).toBe(range);
  });

  it("steps by the length of the view", () => {
    expect(step("month", parseDate("2027-01-31"), 1).toString()).toBe("2027-02-01");
    expect(step("week", day, -1).toString()).toBe("2027-03-17");
    expect(step("day", day, 1).toString()).toBe("2027-03-25");
  });

  it("covers a day with a change of the clocks from midnight to midnight", () => {
    const sunday = parseDate("2027-03-28");
    expect(instantsOf([sunday], "Europe/Berlin")).toEqual({
      from: "2027-03-27T23:00:00.000Z",
      to: "2027-03-28T22:00:00.000Z",
    });
    expect(hoursOf(sunday, "Europe/Berlin")).toBe(23);
    expect(hoursOf(parseDate("2027-10-31"), "Europe/Berlin")).toBe(25);
    expect(hoursOf(parseDate("2027-03-14"), "America/New_York")).toBe(23);
    expect(hoursOf(day, "Asia/Kolkata")).toBe(24);
  });

  it.each([
    ["Europe/Berlin", "2027-03-24T08:09:30.500Z", "2027-03-24T08:00:00.000Z"],
    // The second 02:15 of the night in which the clocks are set back.
    ["Europe/Berlin", "2027-10-31T01:15:00.000Z", "2027-10-31T01:00:00.000Z"],
    ["Asia/Kathmandu", "2027-03-24T08:09:00.000Z", "2027-03-24T07:15:00.000Z"],
  ])("has a present hour that begins on the clock of %s", (zone, now, from) => {
    const hour = presentHour(new Date(now), zone);
    expect(hour.from).toBe(from);
    expect(Date.parse(hour.to) - Date.parse(hour.from)).toBe(3_600_000);
  });

  it("shows today for an address without a day or with a broken one", () => {
    expect(dayFrom("2027-03-24", "UTC").toString()).toBe("2027-03-24");
    expect(dayFrom("2027-02-30", "UTC").toString()).toBe(dayFrom(null, "UTC").toString());
  });
});
