import { describe, expect, it } from "vitest";
import {
  dayOf,
  durationOf,
  minutesOf,
  momentOf,
  offsetName,
  secondsOf,
  shortMomentOf,
  timeOf,
  zoneName,
  zoneNames,
} from "./format";

const SPRING = "2027-03-28T00:30:00.000Z"; // In Berlin, the clocks go forward at 01:00 UTC.

describe("times of the API", () => {
  it.each([
    [SPRING, "Europe/Berlin", "01:30", "CET", "UTC+1", 90],
    ["2027-03-28T01:30:00.000Z", "Europe/Berlin", "03:30", "CEST", "UTC+2", 210],
    [SPRING, "Asia/Kolkata", "06:00", "GMT+5:30", "UTC+5:30", 360],
    [SPRING, "UTC", "00:30", "UTC", "UTC", 30],
  ])("%s is shown in %s", (instant, zone, time, name, offset, minutes) => {
    expect(timeOf(instant, zone)).toBe(time);
    expect(zoneName(instant, zone)).toBe(name);
    expect(offsetName(instant, zone)).toBe(offset);
    expect(minutesOf(instant, zone)).toBe(minutes);
  });

  it("does not repeat the name of a zone", () => {
    expect(zoneNames(SPRING, "Europe/Berlin")).toBe("CET, UTC+1");
    expect(zoneNames(SPRING, "Europe/London")).toBe("GMT, UTC");
    expect(zoneNames(SPRING, "UTC")).toBe("");
    expect(zoneNames(SPRING, "America/Bogota")).toBe("UTC−5");
    expect(zoneNames(SPRING, "Asia/Kolkata")).toBe("UTC+5:30");
  });

  it("names the day, and the year only if it is another one", () => {
    const now = new Date("2027-01-01T12:00:00Z");
    expect(dayOf("2027-03-24T08:30:00Z", "Europe/Berlin", now)).toBe("Wed 24 March");
    expect(dayOf("2028-03-24T08:30:00Z", "Europe/Berlin", now)).toBe("Fri 24 March 2028");
    expect(dayOf("2027-12-31T23:30:00Z", "Europe/Berlin", now)).toBe("Sat 1 January 2028");
  });

  it("names the zone of a moment", () => {
    expect(momentOf("2028-03-24T08:30:00Z", "Europe/Berlin")).toBe("Fri 24 March 2028, 09:30 CET");
  });

  it("names the day of a near moment only if it is not today", () => {
    const now = new Date("2027-03-24T22:50:00Z");
    expect(shortMomentOf("2027-03-24T22:59:00Z", "Europe/Berlin", now)).toBe("23:59 CET");
    expect(shortMomentOf("2027-03-24T23:00:00Z", "Europe/Berlin", now)).toMatch(/^Thu 25 March.*, 00:00 CET$/);
  });

  it("has seconds with the zone", () => {
    expect(secondsOf("2027-03-24T08:30:02Z", "Europe/Berlin")).toBe("09:30:02 CET");
  });

  it.each([
    [0, "0.0 s"],
    [1234, "1.2 s"],
    [9999, "9.9 s"],
    [14_000, "14 s"],
    [14_999, "14 s"],
    [59_999, "59 s"],
    [119_999, "1 min"],
    [97 * 60_000, "1 h 37 min"],
    [120 * 60_000, "2 h"],
  ])("%d ms is %s", (milliseconds, words) => {
    expect(durationOf(milliseconds)).toBe(words);
  });
});
