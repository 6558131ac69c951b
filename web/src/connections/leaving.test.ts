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
const held = post({
  status: "queued",
  publications: [{ platform: "x", connectionId: "leaving", state: "held" }] as Post["publications"],
});

describe("the posts of an account that is disconnected", () => {
  it.each<[string, Post[], Connection[], Platform[], number, number]>([
    ["fail where they name it", [named, named], [leaving, other], [], 2, 0],
    ["fail where they are queued for it", [held], [leaving, other], [], 1, 0],
    [
      "fail where they name it, even if they are rejected",
      [{ ...named, approvalStatus: "rejected" }],
      [leaving],
      [],
      1,
      0,
    ],
    ["go to another account where they name none", [post(), named], [leaving, other], ["x"], 1, 1],
    ["go to the sandbox where they name none", [post()], [leaving], [], 0, 1],
    ["fail without a sandbox", [post()], [leaving], ["x"], 1, 0],
  ])("%s", (_, posts, connections, refusing, failing, moved) => {
    const found = leavingOf(leaving, posts, connections, refusing);
    expect([found.failing.length, found.moved]).toEqual([failing, moved]);
  });

  it.each<[string[], Parameters<typeof leavingSentences>[0], boolean]>([
    [["No scheduled post goes to this account."], { failing: [], moved: 0, other }, false],
    [
      ["1 scheduled post goes to this account and will fail, unless you choose another account for it."],
      { failing: [named], moved: 0, other },
      false,
    ],
    [
      [
        "At least 2 scheduled posts go to this account and will fail, unless you choose another account for them.",
        "At least 1 scheduled posts go to \u2068@other\u2069 instead, because no account on X was chosen for them.",
      ],
      { failing: [named, named], moved: 1, other },
      true,
    ],
    [
      [
        "1 scheduled post will not appear on X. It goes to the sandbox, a test that nobody else sees, because no account on X was chosen for it.",
      ],
      { failing: [], moved: 1, other: null },
      false,
    ],
  ])("are described: %s", (sentences, found, areMore) => {
    expect(leavingSentences(found, "X", areMore)).toEqual(sentences);
  });
});
