import { describe, expect, it } from "vitest";
import { firstReadingText } from "./firstReading";

const PUBLISHED = "2027-03-24T08:00:12.345Z";
const waiting = (nextReadingAt: string | null) => ({ publishedAt: PUBLISHED, nextReadingAt });
const text = (...times: (string | null)[]) =>
  firstReadingText(times.map(waiting), Date.parse("2027-03-24T08:30:00.000Z"), "UTC");

describe("the metrics of a new post", () => {
  it("are read for the first time an hour after it was published", () => {
    expect(text("2027-03-24T09:00:12.345Z")).toMatch(/^The first metrics are read on .*09:00/);
    expect(text("2027-03-24T11:00:00.000Z", "2027-03-24T09:00:12.345Z")).toMatch(/^The first .*09:00/);
  });

  it("are read again at a later time if there were none", () => {
    expect(text("2027-03-24T10:35:00.000Z")).toMatch(/^No metrics could be read yet. They are read again on .*10:35/);
  });

  it("are not announced if no time is known, or the time has passed", () => {
    expect(text(null)).toBe("No metrics yet.");
    expect(text("2027-03-24T08:20:00.000Z")).toBe("No metrics yet.");
  });
});
