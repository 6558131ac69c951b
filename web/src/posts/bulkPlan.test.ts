import { beforeAll, describe, expect, it } from "vitest";
import type { Connection, Post } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { POSTS } from "../strings/posts";
import { bulkPlanOf, refusalOf, stayingOf, unapprovedBy } from "./bulkPlan";

beforeAll(() => {
  const look = (name: string) => ({ name, monogram: "", color: "" });
  setPlatforms({ linkedin: look("LinkedIn"), mastodon: look("Mastodon"), x: look("X") } as Parameters<
    typeof setPlatforms
  >[0]);
});

const failed = (platform: string, failureCode: string) => ({
  platform,
  failureCode,
  state: "failed",
  connectionId: platform,
});
const lost = failed("linkedin", "reconnect_required");
const refused = failed("mastodon", "refused");
const invalid = failed("mastodon", "invalid_content");
const unknown = { platform: "x", state: "unknown", failureCode: "outcome_unknown" };
const published = { platform: "mastodon", state: "published" };
const post = (...publications: object[]) =>
  ({ id: "1", status: "failed", connectionIds: [], publications }) as unknown as Post;
const connections = (health: string) =>
  [{ id: "linkedin", platform: "linkedin", health, isDefault: true }] as Connection[];

describe("another try of several posts", () => {
  it.each([
    ["a refusal", [refused], null],
    ["a lost account and a refusal", [lost, refused], null],
    ["a lost account", [published, lost], POSTS.skipped.lost("LinkedIn")],
    ["an unknown publication", [published, unknown], POSTS.skipped.unknown("X")],
    ["an unknown publication and a refusal", [unknown, refused], null],
    ["an invalid content", [invalid], POSTS.skipped.invalid("Mastodon")],
  ])("skips what cannot work: %s", (_, publications, error) => {
    const plan = bulkPlanOf("retry", [post(...publications)], connections("reconnect_required"));
    expect(plan.skipped).toEqual(error === null ? [] : [{ postId: "1", success: false, error }]);
    expect(plan.posts).toHaveLength(error === null ? 1 : 0);
  });

  it.each([
    ["is connected again", connections("ok"), 0],
    ["is not connected", [], 1],
    ["is not loaded", null, 0],
  ])("asks the connections of today: the account %s", (_, now, skipped) => {
    expect(bulkPlanOf("retry", [post(lost)], now).skipped).toHaveLength(skipped);
  });
});

describe("other actions on several posts", () => {
  const queued = (state: string) => {
    const startedAt = state === "publishing" ? "2027-03-24T08:30:00.000Z" : null;
    return { id: "1", status: "queued", publications: [{ state, startedAt }] } as unknown as Post;
  };
  it.each([
    ["shift", queued("publishing"), POSTS.skipped.publishing],
    ["shift", queued("queued"), undefined],
    ["delete", queued("publishing"), POSTS.skipped.publishing],
    ["delete", post(lost, published), POSTS.skipped.public],
    ["delete", post(lost), undefined],
    ["archive", post(lost, published), undefined],
    ["archive", post(lost, unknown), POSTS.skipped.unknown("X")],
    ["duplicate", queued("publishing"), undefined],
  ] as const)("%s", (action, one, error) => {
    expect(bulkPlanOf(action, [one], []).skipped[0]?.error).toBe(error);
  });
});

describe("a refusal of the API", () => {
  it("is the API's sentence, except about an unknown publication", () => {
    const result = { postId: "1", success: false, error: "List them in confirmNotPublished." };
    expect(refusalOf({ ...result, code: "outcome_unknown" }, post(unknown))).toBe(POSTS.skipped.unknown("X"));
    expect(refusalOf({ ...result, error: "It is a draft.", code: "wrong_state" }, undefined)).toBe("It is a draft.");
  });

  it("names the post that stays, or its id if the post is not loaded", () => {
    const refusal = { success: false, error: "It is a draft.", code: "wrong_state" };
    const results = [
      { postId: "1", success: true },
      { postId: "2", ...refusal },
      { postId: "3", ...refusal },
    ];
    const second = { ...post(), id: "2" };
    expect(stayingOf(results, [post(), second])).toEqual([
      { post: second, reason: "It is a draft." },
      { post: "3", reason: "It is a draft." },
    ]);
  });
});

it("the posts that lose their approval are those that moved and were approved", () => {
  const posts = [
    { id: "1", approvalStatus: "approved" },
    { id: "2", approvalStatus: "approved" },
    { id: "3", approvalStatus: "pending" },
  ] as Post[];
  const results = [
    { postId: "1", success: true },
    { postId: "2", success: false, error: "Too late." },
    { postId: "3", success: true },
    { postId: "4", success: true },
  ];
  expect(unapprovedBy(results, posts)).toEqual(["1"]);
});
