import { describe, expect, it } from "vitest";
import { newestFirst } from "./order";

describe("published posts", () => {
  it("are in the order of the times that a row shows, with the newest first", () => {
    const posts = ["2026-11-29T08:39:00Z", null, "2026-11-29T08:46:00Z", "2026-11-29T08:36:00Z"].map((scheduledAt) => ({
      scheduledAt,
    }));

    expect(newestFirst(posts).map(({ scheduledAt }) => scheduledAt?.slice(11, 16))).toEqual([
      "08:46",
      "08:39",
      "08:36",
      undefined,
    ]);
  });
});
