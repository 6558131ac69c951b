import { expect, it } from "vitest";
import type { PlatformRules } from "../api/platforms";
import type { Platform, Warning } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { neighbourCautions } from "./neighbours";

setPlatforms({ bluesky: { name: "Bluesky" }, x: { name: "X" } } as Record<Platform, PlatformRules>);
const warning = (code: string, platform?: Platform) => ({ field: "", code, message: code, platform }) as Warning;

it("a warning about other posts names all its platforms in one sentence, at the text or the time", () => {
  const warnings = [
    warning("ambiguous_time"),
    warning("same_content", "x"),
    warning("same_content", "x"),
    warning("same_content", "bluesky"),
    warning("close_to_another", "x"),
  ];
  expect(neighbourCautions(warnings).map(({ section, message, platform }) => [section, message, platform])).toEqual([
    [
      "text",
      "Another post within 30 days has the same text and goes to the same accounts on X and Bluesky.",
      undefined,
    ],
    ["when", "Another post goes to the same X account with a shorter interval than your settings ask for.", "x"],
  ]);
});
