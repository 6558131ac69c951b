import { expect, it } from "vitest";
import type { Destination } from "../api/destinations";
import type { PlatformRules } from "../api/platforms";
import type { Platform } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { ALL, headingOf, inAccountOrder, isSharedUnused, type TextTab } from "./tabs";

const named = (name: string) => ({ name }) as PlatformRules;
setPlatforms({ bluesky: named("Bluesky"), mastodon: named("Mastodon"), x: named("X") } as Record<
  Platform,
  PlatformRules
>);
const words = { content: "Short", parts: [] };

it.each<[tab: TextTab, platforms: Platform[], own: Platform[], heading: string]>([
  [ALL, [], [], "Text"],
  [ALL, ["x"], [], "Text for X"],
  [ALL, ["mastodon", "x"], [], "Text for all platforms"],
  [ALL, ["bluesky", "mastodon", "x"], ["x"], "Text for all platforms except X"],
  [ALL, ["mastodon", "x"], ["x"], "Text for Mastodon"],
  [ALL, ["mastodon", "x"], ["mastodon", "x"], "Text"],
  [ALL, ["mastodon", "x"], ["bluesky"], "Text for all platforms"],
  ["mastodon", ["mastodon", "x"], [], "Text for Mastodon"],
])("the tab %s of a post for %j with other texts for %j has the heading %j", (tab, platforms, own, heading) => {
  expect(headingOf({ platforms, own: Object.fromEntries(own.map((each) => [each, words])) }, tab)).toBe(heading);
});

it.each<[accounts: Platform[], platforms: Platform[], order: Platform[]]>([
  [
    ["x", "mastodon"],
    ["mastodon", "x"],
    ["x", "mastodon"],
  ],
  [["x"], ["bluesky", "mastodon", "x"], ["x", "bluesky", "mastodon"]],
  [[], ["x", "bluesky"], ["bluesky", "x"]],
])("with accounts on %j, the tabs of %j have the order %j", (accounts, platforms, order) => {
  const destinations = accounts.map((platform): Destination => {
    return { id: platform, platform, handle: "", health: "ok", expiresAt: null, isDefault: true };
  });
  expect(inAccountOrder({ platforms, connectionIds: [] }, destinations)).toEqual(order);
});

it("the text for all platforms is not published if each platform has its own", () => {
  expect(isSharedUnused({ platforms: [], own: {} })).toBe(false);
  expect(isSharedUnused({ platforms: ["x", "mastodon"], own: { x: words } })).toBe(false);
  expect(isSharedUnused({ platforms: ["x"], own: { x: words } })).toBe(true);
});
