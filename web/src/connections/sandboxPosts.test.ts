import { expect, it } from "vitest";
import { destinationsOf } from "../api/destinations";
import type { Connection, Post } from "../api/types";
import { sandboxPostsOf } from "./sandboxPosts";

const bluesky = { id: "b", platform: "bluesky", handle: "lena.example", health: "ok", isDefault: true } as Connection;
const post = (id: string, platforms: Post["platforms"], changes: Partial<Post> = {}) =>
  ({ id, platforms, connectionIds: [], publications: [], approvalStatus: null, ...changes }) as unknown as Post;

it("counts the posts on the platforms without an account, except those that fail there or are rejected", () => {
  const posts = [
    post("1", ["bluesky", "threads"]),
    post("2", ["threads", "x"]),
    post("3", ["threads"], { connectionIds: ["gone"] }),
    post("4", ["threads"], { approvalStatus: "rejected" }),
    post("5", ["linkedin"]),
  ];
  const found = sandboxPostsOf(posts, destinationsOf([bluesky], [], ["linkedin"]));
  expect(found.map(({ platform, count, first }) => [platform, count, first.id])).toEqual([
    ["threads", 2, "1"],
    ["x", 1, "2"],
  ]);
});
