import { expect, it } from "vitest";
import type { PlatformRules } from "../api/platforms";
import type { Platform, Warning } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { neighboursOf } from "./neighbours";

setPlatforms({ bluesky: { name: "Bluesky" }, x: { name: "X" } } as Record<Platform, PlatformRules>);
const warning = (code: string, platform?: Platform, postId?: string, scheduledAt = "2020-05-04T08:30:00.000Z") =>
  ({ field: "", code, message: code, platform, ...(postId && { otherPost: { postId, scheduledAt } }) }) as Warning;

it("a warning names the other post and all its platforms in one sentence", () => {
  const warnings = [
    warning("ambiguous_time"),
    warning("same_content", "x", "a"),
    warning("same_content", "x", "a"),
    warning("same_content", "bluesky", "a"),
    warning("close_to_another", "x", "a"),
  ];
  expect(neighboursOf(warnings, "Europe/Berlin")).toEqual([
    {
      kind: "same_content",
      message:
        "Another post, of Mon 4 May 2020, 10:30 CEST, has the same text and goes to the same accounts on X and Bluesky.",
      postId: "a",
    },
    {
      kind: "close_to_another",
      message:
        "Another post, of Mon 4 May 2020, 10:30 CEST, goes to the same X account. Your settings ask for a longer interval between two posts.",
      postId: "a",
    },
  ]);
});

it("each of several other posts has a sentence with its time", () => {
  const warnings = [
    warning("same_content", "x", "a"),
    warning("same_content", "bluesky", "b", "2020-05-05T06:00:00.000Z"),
  ];
  expect(neighboursOf(warnings, "UTC").map(({ message, postId }) => [message, postId])).toEqual([
    ["Another post, of Mon 4 May 2020, 08:30 UTC, has the same text and goes to the same X account.", "a"],
    ["Another post, of Tue 5 May 2020, 06:00 UTC, has the same text and goes to the same Bluesky account.", "b"],
  ]);
});
