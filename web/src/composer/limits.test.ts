import { expect, it } from "vitest";
import type { PlatformRules } from "../api/platforms";
import type { Validation } from "../api/saving";
import type { Platform } from "../api/types";
import { limitsOf } from "./limits";

const bytes = { unit: "bytes", limit: 3000, urlLength: null };
const platforms = {
  x: { name: "X", text: [{ unit: "weighted", limit: 280, urlLength: 23 }, bytes] },
  bluesky: { name: "Bluesky", text: [{ unit: "graphemes", limit: 300, urlLength: null }] },
} as unknown as Record<Platform, PlatformRules>;

it.each([
  ["before the first validation", undefined, 280],
  ["without parts", [], 280],
  ["with the usual limit", [{ length: 5, limit: 280, unit: "weighted" }], 280],
  ["with the limit of a paid plan", [{ length: 5, limit: 25_000, unit: "weighted" }], 25_000],
  ["with a limit in another unit", [{ length: 5, limit: 25_000, unit: "bytes" }], 280],
])("the limit of the post on X %s", (_, parts, limit) => {
  const validation = parts && ({ platforms: { x: { parts } } } as unknown as Validation);
  const found = limitsOf(platforms, validation);
  expect(found.x.text).toEqual([{ unit: "weighted", limit, urlLength: 23 }, bytes]);
  expect(found.bluesky).toBe(platforms.bluesky);
});
