import { describe, expect, it } from "vitest";
import { pausesOn } from "./pauses";
import { samplePause as pause } from "./samplePause";

describe("the pauses that hold a publication", () => {
  const post = { ownerId: "ada", campaign: "Spring" };
  it.each([
    { scope: "all" },
    { scope: "platform", platform: "x" },
    { scope: "owner", ownerId: "ada" },
    { scope: "campaign", campaign: "Spring" },
    { scope: "campaign", campaign: "Spring", ownerId: "ada" },
  ] as const)("include %o", (rest) => {
    expect(pausesOn(post, ["x"], [pause(rest)])).toEqual([pause(rest)]);
  });

  it("are the owner's own ones, if the owner is not named", () => {
    const own = [
      pause({ scope: "owner", ownerId: "ada" }),
      pause({ scope: "campaign", campaign: "Spring", ownerId: "ada" }),
      pause({ scope: "platform", platform: "x" }),
    ];
    const others = [
      pause({ scope: "platform", platform: "bluesky" }),
      pause({ scope: "campaign", campaign: "Autumn" }),
    ];
    expect(pausesOn(post, ["x", "mastodon"], [...own, ...others])).toEqual(own);
    expect(pausesOn({ campaign: null }, [], own)).toEqual([]);
  });

  it.each([
    { scope: "platform", platform: "bluesky" },
    { scope: "owner", ownerId: "bob" },
    { scope: "campaign", campaign: "Autumn" },
    { scope: "campaign", campaign: "Spring", ownerId: "bob" },
  ] as const)("do not include %o", (rest) => {
    expect(pausesOn(post, ["x"], [pause(rest)])).toEqual([]);
  });
});
