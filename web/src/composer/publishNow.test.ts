import { beforeAll, describe, expect, it } from "vitest";
import type { Destination } from "../api/destinations";
import type { Platform } from "../api/types";
import { samplePause as pause } from "../post/samplePause";
import { COMPOSER } from "../strings/composer";
import { setPlatforms } from "../strings/platforms";
import { planNow } from "./publishNow";

beforeAll(() => {
  const named = (name: string) => ({ name, monogram: "", color: "", homeUrl: "" });
  setPlatforms({ bluesky: named("Bluesky"), linkedin: named("LinkedIn"), x: named("X") } as Parameters<
    typeof setPlatforms
  >[0]);
});

const account = (platform: Platform, health: Destination["health"] = "ok"): Destination => ({
  id: platform,
  platform,
  handle: `@${platform}`,
  health,
  expiresAt: null,
  isDefault: true,
});

const post = (...platforms: Platform[]) => ({ platforms, connectionIds: [], campaign: null });

describe("a post that is published now", () => {
  it("goes to its accounts, and to the sandbox where there is none", () => {
    expect(planNow(post("bluesky", "x"), [account("x")], [])).toEqual({
      connected: ["x"],
      sandboxed: ["bluesky"],
      failing: null,
      waiting: null,
    });
  });

  it("fails on an account without access, and waits on a paused platform", () => {
    const destinations = [account("bluesky"), account("linkedin", "reconnect_required"), account("x")];
    const pauses = [pause({ scope: "platform", platform: "x" })];
    expect(planNow(post("bluesky", "linkedin", "x"), destinations, pauses)).toEqual({
      connected: ["bluesky"],
      sandboxed: [],
      failing: "LinkedIn will fail: reconnect it",
      waiting: "X is paused: the post waits there",
    });
  });

  it("does not fail for an access that ends later", () => {
    const ending = { ...account("x"), expiresAt: "2999-01-01T00:00:00.000Z" };
    expect(planNow(post("x"), [ending], []).failing).toBeNull();
  });
});

describe("the question before a post is published now", () => {
  it.each<[Platform[], Platform[], string | null, string]>([
    [["bluesky", "x"], [], null, "It is published immediately on Bluesky and X."],
    [["bluesky"], ["x"], null, "It is published immediately on Bluesky and in the sandbox for X."],
    [[], ["x"], "Monday, 09:30", "It is published immediately in the sandbox for X, and not on Monday, 09:30."],
    [[], [], "Monday, 09:30", "Nothing of it is published immediately."],
  ])("names the platforms: %j and %j", (connected, sandboxed, time, text) => {
    expect(COMPOSER.nowText(connected, sandboxed, time)).toBe(text);
  });
});
