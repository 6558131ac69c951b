import { describe, expect, it } from "vitest";
import { readWallClock } from "./wallClock";

describe("a local time", () => {
  it("is an instant", () => {
    expect(readWallClock("2027-03-24T09:30", "Europe/Berlin")).toEqual({
      kind: "valid",
      instant: "2027-03-24T08:30:00.000Z",
    });
  });

  it("may be skipped when the clocks are set forward", () => {
    expect(readWallClock("2027-03-28T02:30", "Europe/Berlin")).toEqual({
      kind: "skipped",
      before: "2027-03-28T01:30",
      after: "2027-03-28T03:30",
    });
  });

  it("may occur twice when the clocks are set back, and then means the first", () => {
    expect(readWallClock("2027-10-31T02:30", "Europe/Berlin")).toEqual({
      kind: "twice",
      instant: "2027-10-31T00:30:00.000Z",
    });
  });

  it("may be empty", () => {
    expect(readWallClock("", "UTC")).toEqual({ kind: "empty" });
  });
});
