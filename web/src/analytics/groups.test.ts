import { describe, expect, it } from "vitest";
import type { Followers, Group, Sums } from "../api/analytics";
import {
  columnsOf,
  course,
  followersFirst,
  groupingOf,
  keyOf,
  lastOfEachDay,
  mostMeasured,
  readingOf,
  sumOf,
} from "./groups";

const sums = (metrics: Record<string, number>): Sums => ({
  publications: 2,
  measured: 2,
  deleted: 0,
  asOf: null,
  metrics: Object.entries(metrics).map(([name, value]) => ({ name, value, publications: 1 })),
});

describe("groups", () => {
  it("have a key by each grouping", () => {
    const groups: Group[] = [
      { ...sums({}), platform: "x" },
      { ...sums({}), connectionId: "c", platform: "x" },
      { ...sums({}), day: "2026-03-29" },
      { ...sums({}), campaign: "Spring" },
      { ...sums({}), campaign: null },
    ];

    expect(groups.map(keyOf)).toEqual(["x", "c", "2026-03-29", "Spring", ""]);
  });

  it("have the columns of the total, in a fixed order", () => {
    expect(columnsOf(sums({ reactions: 0, views: 3 }))).toEqual(["views", "reactions"]);
  });

  it("are shown first by the metric that most publications have", () => {
    const total = sums({ views: 900, reactions: 5, comments: 7 });
    for (const metric of total.metrics) metric.publications = metric.name === "views" ? 1 : 2;

    expect(mostMeasured(total)).toBe("reactions");
    expect(mostMeasured(sums({}))).toBeNull();
  });

  it("tell zero from an absent metric", () => {
    expect(sumOf(sums({ reactions: 0 }), "reactions")).toBe(0);
    expect(sumOf(sums({ reactions: 0 }), "views")).toBeNull();
  });

  it.each([
    ["read", { measured: 1 }, null],
    ["waiting", { measured: 0 }, "2026-03-29T10:00:00.000Z"],
    ["waiting", { measured: 0, deleted: 1 }, "2026-03-29T10:00:00.000Z"],
    ["never", { measured: 0, deleted: 2 }, "2026-03-29T10:00:00.000Z"],
    ["never", { measured: 0 }, null],
  ] as const)(
    "tell metrics that are not read from metrics that a platform does not give: %s",
    (reading, counts, next) => {
      expect(readingOf({ ...sums({}), ...counts }, next)).toBe(reading);
    },
  );

  it("leave a gap on a day without the metric", () => {
    const groups: Group[] = [
      { ...sums({ views: 4 }), day: "2026-03-29" },
      { ...sums({ reactions: 1 }), day: "2026-03-30" },
    ];

    expect(course(groups, ["2026-03-28", "2026-03-29", "2026-03-30"], "views")).toEqual([null, 4, null]);
  });

  it("are by platform unless the address names another grouping", () => {
    expect([groupingOf("day"), groupingOf("week"), groupingOf(null)]).toEqual(["day", "platform", "platform"]);
  });
});

describe("followers", () => {
  const of = (connectionId: string, platform: Followers["platform"]): Followers => ({
    connectionId,
    platform,
    platformName: "followers",
    counts: [],
  });
  const followers = [of("a", "youtube"), of("b", "bluesky"), of("c", "x")];

  it("have one count for each day of the zone, the last one", () => {
    const counts = [
      { at: "2026-03-28T22:30:00.000Z", followers: 1 },
      { at: "2026-03-28T23:30:00.000Z", followers: 2 },
      { at: "2026-03-29T12:00:00.000Z", followers: 3 },
    ];

    expect(lastOfEachDay(counts, "Europe/Berlin").map((count) => count.followers)).toEqual([1, 3]);
    expect(lastOfEachDay(counts, "UTC").map((count) => count.followers)).toEqual([2, 3]);
  });

  it("are first those of the account that has the most now", () => {
    const counts = (...numbers: number[]) =>
      numbers.map((followers) => ({ at: "2026-03-28T12:00:00.000Z", followers }));
    const [one, two, three] = followers as [Followers, Followers, Followers];

    expect(
      followersFirst([
        { ...one, counts: counts(900, 10) },
        { ...two, counts: counts(100, 120) },
        { ...three, counts: counts(5, 110) },
      ]),
    ).toMatchObject({ connectionId: "b" });
    expect(followersFirst(followers)?.connectionId).toBe("a");
    expect(followersFirst([])).toBeUndefined();
  });
});
