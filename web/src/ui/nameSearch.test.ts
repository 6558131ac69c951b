import { describe, expect, it } from "vitest";
import { bestFirst } from "./nameSearch";

const ZONES = [
  "UTC",
  "Africa/Sao Tome",
  "America/Argentina/Buenos Aires",
  "America/New York",
  "America/Toronto",
  "Asia/Tokyo",
  "Europe/Stockholm",
  "Pacific/Tongatapu",
];

describe("the search of a time zone", () => {
  it.each([
    ["to", ["America/Toronto", "Asia/Tokyo", "Pacific/Tongatapu", "Africa/Sao Tome"]],
    ["TOK", ["Asia/Tokyo"]],
    ["tomé", ["Africa/Sao Tome"]],
    ["york", ["America/New York"]],
    ["new y", ["America/New York"]],
    ["america/n", ["America/New York"]],
    ["a", ["Africa/Sao Tome", "America/Argentina/Buenos Aires", "America/New York", "America/Toronto", "Asia/Tokyo"]],
    ["zz", []],
    ["", ZONES],
  ])("by “%s” finds the cities that begin with it first", (typed, found) => {
    const best = bestFirst(
      ZONES.map((zone) => ({ zone })),
      typed,
      ({ zone }) => zone,
    );
    expect(best).toHaveLength(ZONES.length);
    expect(best.filter(({ isFound }) => isFound).map(({ zone }) => zone)).toEqual(found);
  });
});
