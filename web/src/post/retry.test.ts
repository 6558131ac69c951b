import { describe, expect, it } from "vitest";
import type { Publication } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { publishAgainWait, retryWait } from "./retry";
import { samplePause } from "./samplePause";

setPlatforms({ mastodon: { name: "Mastodon" }, x: { name: "X" } } as Parameters<typeof setPlatforms>[0]);

describe("the wait at a pause", () => {
  const publications = [
    { platform: "x", connectionId: "one", state: "unknown", part: 1 },
    { platform: "mastodon", connectionId: "two", state: "failed", part: 1 },
  ] as Publication[];
  const post = { status: "failed", campaign: null, publications } as const;
  const onX = [samplePause({ scope: "platform", platform: "x" })];

  it("is named for an unknown publication that is published again", () => {
    const sentence = "X is paused: if you publish it, the post waits there";
    expect(publishAgainWait(post, { platform: "x" }, onX)).toBe(sentence);
    expect(publishAgainWait(post, { platform: "x" }, [])).toBeNull();
  });

  it("includes the platforms on which the post failed, because the same request tries them again", () => {
    const pauses = [samplePause({ scope: "platform", platform: "mastodon" })];
    const sentence = "Mastodon is paused: if you publish it, the post waits there";
    expect(publishAgainWait(post, { platform: "x" }, pauses)).toBe(sentence);
  });

  it("does not include an unknown publication in another try of the failed ones", () => {
    expect(retryWait(post, onX)).toBeNull();
  });
});
