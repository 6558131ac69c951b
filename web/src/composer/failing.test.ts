import { expect, it } from "vitest";
import type { PlatformRules } from "../api/platforms";
import type { Connection, Platform } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { failingSentence, lostConnections } from "./failing";

setPlatforms({ linkedin: { name: "LinkedIn" }, mastodon: { name: "Mastodon" }, x: { name: "X" } } as Record<
  Platform,
  PlatformRules
>);
const connection = (id: string, platform: Platform, changes: Partial<Connection> = {}) =>
  ({ id, platform, handle: `@${id}`, health: "ok", expiresAt: null, isDefault: true, ...changes }) as Connection;
const lost = { health: "reconnect_required" } as const;
const works = connection("works", "mastodon");
const page = connection("page", "linkedin", lost);
const ends = connection("ends", "x", { expiresAt: "2027-03-24T00:00:00.000Z" });
const second = connection("second", "mastodon", { ...lost, isDefault: false });

it.each<[name: string, at: string | null, expected: Connection[]]>([
  ["without a time are those whose access is lost now", null, [page, second]],
  ["before an access ends are the same", "2027-03-23T09:00:00.000Z", [page, second]],
  ["after an access has ended include its account", "2027-03-25T09:00:00.000Z", [page, ends, second]],
])("the accounts on which a post fails %s", (_, instant, expected) => {
  const draft = { platforms: ["linkedin", "mastodon", "x"] as Platform[], connectionIds: ["works", "second"] };
  const clock = instant ? ({ kind: "valid", instant } as const) : ({ kind: "empty" } as const);
  expect(new Set(lostConnections(draft, [works, page, ends, second], clock))).toEqual(new Set(expected));
});

it("an account that is not chosen does not fail", () => {
  const draft = { platforms: ["mastodon"] as Platform[], connectionIds: ["works"] };
  expect(lostConnections(draft, [works, page, second], { kind: "empty" })).toEqual([]);
});

it.each<[lost: Connection[], sentence: string | null]>([
  [[], null],
  [[page], "LinkedIn will fail: reconnect it"],
  [[second], "\u2068@second\u2069 on Mastodon will fail: reconnect it"],
  [[page, ends], "LinkedIn and X will fail: reconnect them"],
])("the sentence about failing accounts names the account where its platform is not enough", (found, sentence) => {
  expect(failingSentence(found, [works, page, ends, second])).toBe(sentence);
});
