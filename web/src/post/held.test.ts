// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { Pause } from "../api/queue";
import type { Post, Publication } from "../api/types";
import { heldUntil, holdingsOf } from "./held";
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

describe("a held post", () => {
  const at = (minute: number, state: Publication["state"]) => ({ state, dueAt: `2027-03-24T08:${minute}:00.000Z` });
  it.each<[string, number | null, number | null, ReturnType<typeof at>[], string | null]>([
    ["waits until the end of its own window", 600, 60, [at(30, "held")], "2027-03-24T08:40:00.000Z"],
    ["waits until the end of the usual window", null, 600, [at(30, "held")], "2027-03-24T08:40:00.000Z"],
    [
      "waits until its first held publication fails",
      600,
      60,
      [at(35, "held"), at(30, "held")],
      "2027-03-24T08:40:00.000Z",
    ],
    ["waits for held publications only", 600, 60, [at(30, "published"), at(35, "held")], "2027-03-24T08:45:00.000Z"],
    ["waits without an end if there is no window", null, null, [at(30, "held")], null],
  ])("%s", (_, own, usual, publications, until) => {
    expect(heldUntil({ publishWithinSeconds: own, publications }, { publishWithinSeconds: usual })).toBe(until);
  });
});
