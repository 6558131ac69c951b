import { beforeAll, describe, expect, it } from "vitest";
import type { Pause } from "../api/queue";
import type { Platform } from "../api/types";
import { samplePause as pause } from "../post/samplePause";
import { PAUSES } from "../strings/pauses";
import { setPlatforms } from "../strings/platforms";
import { pausedPlatforms, waitingSentence } from "./paused";

const X = pause({ scope: "platform", platform: "x" });
const MASTODON = pause({ scope: "platform", platform: "mastodon" });
const SPRING = pause({ scope: "campaign", campaign: "Spring" });
const OWNER = pause({ scope: "owner", ownerId: "ada" });

beforeAll(() => {
  const named = (name: string) => ({ name, monogram: "", color: "", homeUrl: "" });
  setPlatforms({ mastodon: named("Mastodon"), x: named("X") } as Parameters<typeof setPlatforms>[0]);
});

describe("a post", () => {
  it.each<[string, Platform[], string, Pause[], string | null]>([
    ["waits on a paused platform", ["x", "bluesky"], "", [X], "X is paused: the post waits there"],
    [
      "waits on paused platforms",
      ["x", "mastodon"],
      "",
      [X, MASTODON],
      "Mastodon and X are paused: the post waits there",
    ],
    ["waits in a paused campaign", ["x"], " Spring ", [X, SPRING], "The campaign is paused: the post waits"],
    ["waits if everything is paused", ["x"], "Spring", [X, SPRING, pause({})], "Publishing is paused: the post waits"],
    ["waits if its owner is paused", ["x"], "", [OWNER], "Publishing is paused: the post waits"],
    ["does not wait for pauses of others", ["bluesky"], "Autumn", [X, SPRING], null],
    ["without a platform does not wait yet", [], "", [pause({})], null],
  ])("%s", (_, platforms, campaign, pauses, sentence) => {
    const found = waitingSentence({ platforms: platforms.toSorted(), campaign }, pauses);
    expect(found).toBe(sentence);
  });
});

describe("the accounts", () => {
  it("are marked on the paused platforms, or everywhere", () => {
    expect(pausedPlatforms(["bluesky", "x"], [X, SPRING])).toEqual(["x"]);
    expect(pausedPlatforms(["bluesky", "x"], [OWNER])).toEqual(["bluesky", "x"]);
  });
});

describe("the sentence about a pause", () => {
  it.each<[Pause, string]>([
    [X, "Publishing on X"],
    [SPRING, "Publishing of the campaign"],
    [OWNER, "Publishing of all your posts"],
    [pause({}), "All publishing"],
  ])("says what is paused: %#", (paused, subject) => {
    expect(PAUSES.subject(paused)).toBe(subject);
  });

  it.each([
    [1, false, "1 post is held"],
    [2, false, "2 posts are held"],
    [1, true, "1 or more posts are held"],
  ])("says how many posts are held: %i, more %s", (count, areMore, sentence) => {
    expect(PAUSES.held(count, areMore)).toBe(sentence);
  });
});
