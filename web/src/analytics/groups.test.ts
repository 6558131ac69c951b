import { describe, expect, it } from "vitest";
import type { Group, Sums } from "../api/analytics";
import { columnsOf, course, groupingOf, keyOf, mostMeasured, sumOf } from "./groups";

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
