import { expect, it } from "vitest";
import type { PlatformRules } from "../api/platforms";
import type { Platform } from "../api/types";
import { platformAndDefault, setPlatforms } from "./platforms";

it("a connection is called the default one only if its platform has several", () => {
  setPlatforms({ bluesky: { name: "Bluesky" }, x: { name: "X" } } as Record<Platform, PlatformRules>);
  const main = { id: "main", platform: "bluesky", isDefault: true } as const;
  const branch = { id: "branch", platform: "bluesky", isDefault: false } as const;
  const only = { id: "only", platform: "x", isDefault: true } as const;
  const all = [branch, main, only];

  expect(all.map((each) => platformAndDefault(each, all))).toEqual(["Bluesky", "Bluesky, default", "X"]);
});
