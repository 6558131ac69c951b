import { expect, test } from "vitest";
import { optionName } from "./optionName";

test("the name of an option is in words", () => {
  expect(
    ["shareToFeed", "coverUrl", "boardId", "unlisted", "SELF_ONLY", "aiGenerated", "coverTimestampMs"].map(optionName),
  ).toEqual(["Share to feed", "Cover URL", "Board", "Unlisted", "Self only", "AI generated", "Cover timestamp"]);
});
