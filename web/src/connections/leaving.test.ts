import { describe, expect, it } from "vitest";
import type { Connection, Platform, Post } from "../api/types";
import { leavingOf, leavingSentences } from "./leaving";

const connection = (id: string, isDefault: boolean) =>
  ({ id, platform: "x", handle: `@${id}`, health: "ok", expiresAt: null, isDefault }) as Connection;
const leaving = connection("leaving", true);
const other = connection("other", false);
const post = (changes: Partial<Post> = {}) =>
  ({
    status: "scheduled",
    approvalStatus: null,
    platforms: ["x"],
    connectionIds: [],
    publications: [],
    ...changes,
  }) as Post;
const named = post({ connectionIds: ["leaving"] });
const queued = (state: string) =>
  post({
    status: "queued",
    publications: [{ platform: "x", connectionId: "leaving", state }] as Post["publications"],
  });

describe("the posts of an account that is disconnected", () => {
  it.each<[string, Post[], Connection[], Platform[], number, number]>([
    ["fail where they name it", [named, named], [leaving, other], [], 2, 0],
    ["fail where they are queued for it", [queued("held")], [leaving, other], [], 1, 0],
    ["include no queued ones that are published there", [queued("published")], [leaving, other], [], 0, 0],
    ["include no rejected ones that name it", [{ ...named, approvalStatus: "rejected" }], [leaving], [], 0, 0],
    ["include no rejected ones", [post({ approvalStatus: "rejected" })], [leaving, other], [], 0, 0],
    ["go to another account before their approval", [post({ approvalStatus: "pending" })], [leaving, other], [], 0, 1],
    ["go to another account where they name none", [post(), named], [leaving, other], ["x"], 1, 1],
    ["go to the sandbox where they name none", [post()], [leaving], [], 0, 1],
    ["fail without a sandbox", [post()], [leaving], ["x"], 1, 0],
  ])("%s", (_, posts, connections, refusing, failing, moved) => {
    const found = leavingOf(leaving, posts, connections, refusing);
    expect([found.failing, found.moved, found.posts.length]).toEqual([failing, moved, failing + moved]);
  });

  it.each<[string[], Parameters<typeof leavingSentences>[0], boolean]>([
    [["No scheduled post goes to this account."], { posts: [], failing: 0, moved: 0, other }, false],
    [
      ["A scheduled post to this account fails unless you choose another account for it."],
      { posts: [], failing: 0, moved: 0, other },
      true,
    ],
    [
      [
        "1 scheduled post goes to this account and will fail, unless you choose another account for it.",
        "If you connect \u2068@leaving\u2069 again before its time, the post is published there as planned.",
      ],
      { posts: [named], failing: 1, moved: 0, other },
      false,
    ],
    [
      [
        "At least 2 scheduled posts go to this account and will fail, unless you choose another account for them.",
        "At least 1 scheduled posts go to \u2068@other\u2069 instead, because no account on X was chosen for them.",
        "If you connect \u2068@leaving\u2069 again and make it the default before their times, the posts are published there as planned.",
      ],
      { posts: [named, named, post()], failing: 2, moved: 1, other },
      true,
    ],
    [
      [
        "1 scheduled post will not appear on X. It goes to the sandbox, a test that nobody else sees, because no account on X was chosen for it.",
        "If you connect \u2068@leaving\u2069 again before its time, the post is published there as planned.",
      ],
      { posts: [post()], failing: 0, moved: 1, other: null },
      false,
    ],
  ])("are described: %s", (sentences, found, areMore) => {
    expect(leavingSentences(found, { platform: "X", handle: leaving.handle }, areMore)).toEqual(sentences);
  });
});
