import { expect, it } from "vitest";
import type { PlatformRules } from "../api/platforms";
import type { Platform, Warning } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { neighbourCautions } from "./neighbours";

setPlatforms({ bluesky: { name: "Bluesky" }, x: { name: "X" } } as Record<Platform, PlatformRules>);
const warning = (code: string, platform?: Platform) => ({ field: "", code, message: code, platform }) as Warning;

it("other posts on the same accounts are said once for each platform, at the text or the time", () => {
  const warnings = [
    warning("ambiguous_time"),
    warning("same_content", "x"),
    warning("same_content", "x"),
    warning("same_content", "bluesky"),
    warning("close_to_another", "x"),
  ];
  expect(neighbourCautions(warnings).map(({ section, message }) => [section, message])).toEqual([
    ["text", "Another post within 30 days has the same text and goes to the same X account."],
    ["text", "Another post within 30 days has the same text and goes to the same Bluesky account."],
    ["when", "Another post goes to the same X account with a shorter interval than your settings ask for."],
  ]);
});
