import { describe, expect, it } from "vitest";
import { type Destination, destinationsOf } from "../api/destinations";
import type { PlatformRules } from "../api/platforms";
import type { Connection, Platform } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { existingIds, failingSentence, lostConnections, refusedAccounts, withAccount, withSandbox } from "./failing";

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

const [, gone, none] = destinationsOf([works], [{ id: "gone", platform: "x", handle: "@gone" }], ["linkedin"]) as [
  Destination,
  Destination,
  Destination,
];

it.each<[lost: Destination[], sentence: string | null]>([
  [[], null],
  [[page], "LinkedIn will fail: reconnect it"],
  [[second], "\u2068@second\u2069 on Mastodon will fail: reconnect it"],
  [[page, ends], "LinkedIn and X will fail: reconnect them"],
  [[gone], "\u2068@gone\u2069 on X will fail: connect it again, or choose another account"],
  [[{ ...gone, handle: "" }], "An account on X will fail: connect it again, or choose another account"],
  [[none], "LinkedIn will fail: connect an account"],
  [[second, gone], "\u2068@second\u2069 on Mastodon and \u2068@gone\u2069 on X will fail: reconnect them"],
])("the sentence about failing accounts names the account where its platform is not enough", (found, sentence) => {
  expect(failingSentence(found, [works, page, ends, second])).toBe(sentence);
});

describe("an account that is no longer connected", () => {
  const other = connection("other", "x", { isDefault: false });
  const draft = { platforms: ["x", "mastodon"] as Platform[], connectionIds: ["gone"] };
  const places = [works, other, gone];

  it.each<[string, typeof draft | undefined, string[], boolean]>([
    ["is refused in a new post", undefined, ["gone"], true],
    ["is kept in a saved post", draft, ["gone"], false],
    ["is refused in a saved post whose accounts change", draft, ["gone", "works"], true],
    ["is not refused once it is removed", draft, [], false],
  ])("%s", (_, saved, connectionIds, isRefused) => {
    expect(refusedAccounts({ ...draft, connectionIds }, saved, places)).toHaveLength(isRefused ? 1 : 0);
  });

  it("is not validated", () => {
    expect(existingIds({ ...draft, connectionIds: ["gone", "works"] }, places)).toEqual(["works"]);
  });

  it.each<[string, Destination, boolean, string[], Platform[]]>([
    ["is replaced by an account of its platform", other, true, ["works", "other"], ["mastodon", "x"]],
    ["stays next to an account of another platform", works, true, ["works", "gone"], ["mastodon", "x"]],
    ["stays when another account is removed", works, false, ["gone"], ["x"]],
    ["is removed with its platform", gone, false, ["works"], ["mastodon"]],
  ])("%s", (_, account, isChosen, connectionIds, platforms) => {
    expect(withAccount(draft, places, account, isChosen)).toEqual({ connectionIds, platforms });
  });

  it("gives way to the sandbox of its platform", () => {
    expect(withSandbox(draft, [gone], "x", true)).toEqual({ connectionIds: [], platforms: ["mastodon", "x"] });
  });

  it("is no sandbox, but another platform keeps its own", () => {
    expect(withAccount(draft, [gone], gone, false)).toEqual({ connectionIds: [], platforms: ["mastodon"] });
  });

  it("is removed like a platform without an account", () => {
    expect(withAccount({ platforms: ["linkedin"], connectionIds: [] }, [none], none, false)).toEqual({
      connectionIds: [],
      platforms: [],
    });
  });
});
