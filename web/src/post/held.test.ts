import { describe, expect, it } from "vitest";
import type { Pause } from "../api/queue";
import type { Post } from "../api/types";
import { holdingsOf } from "./held";
import { samplePause as pause } from "./samplePause";

const X = pause({ scope: "platform", platform: "x" });
const SPRING = pause({ scope: "campaign", campaign: "Spring" });
const post = (campaign: string | null, ...publications: [string, string][]) =>
  ({
    ownerId: "ada",
    campaign,
    publications: publications.map(([platform, state]) => ({ platform, state })),
  }) as unknown as Post;

const counts = (held: Post[], areMore = false, platforms: Pause["platform"][] | null = ["x"]) => {
  const connections = platforms?.map((platform) => ({ platform: platform ?? "x" })) ?? null;
  const holdings = holdingsOf([X, SPRING], held, areMore, connections);
  return holdings.map(({ pause: { scope }, count, areMore: more }) => [scope, count, more]);
};

describe("the posts that a pause holds", () => {
  it("are those with a held publication on its platform or in its campaign", () => {
    const posts = [
      post(null, ["x", "held"], ["bluesky", "published"]),
      post("Spring", ["bluesky", "held"], ["x", "published"]),
      post("Spring", ["x", "held"]),
    ];
    expect(counts(posts)).toEqual([
      ["platform", 2, false],
      ["campaign", 2, false],
    ]);
  });

  it("may be more than those that the API has listed", () => {
    expect(counts([post(null, ["x", "held"])], true)).toEqual([
      ["platform", 1, true],
      ["campaign", 0, true],
    ]);
  });
});

describe("a pause of a platform", () => {
  it("does not concern an owner without an account and without a held post there", () => {
    expect(counts([], false, ["bluesky"])).toEqual([["campaign", 0, false]]);
  });

  it.each([
    ["the owner has an account there", [], ["x"] as Pause["platform"][]],
    ["it holds a post in the sandbox", [post(null, ["x", "held"])], []],
    ["the accounts are not known", [], null],
  ])("concerns the owner if %s", (_, held, platforms) => {
    expect(counts(held, false, platforms).map(([scope]) => scope)).toEqual(["platform", "campaign"]);
  });
});
