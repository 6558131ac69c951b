import { expect, it } from "vitest";
import type { Post, Publication } from "../api/types";
import { ownPosts } from "./ownPosts";

const publication = (changes: Partial<Publication>) =>
  ({
    platform: "threads",
    state: "published",
    part: 1,
    sandbox: false,
    remoteId: "17",
    publishedAt: "2026-11-30T09:00:00Z",
    ...changes,
  }) as Publication;

it("offers what was published on the platform", () => {
  const publications = [
    publication({}),
    publication({ remoteId: "18", part: 2 }),
    publication({ remoteId: "19", state: "failed" }),
    publication({ remoteId: "20", sandbox: true }),
    publication({ remoteId: "21", platform: "x" }),
    publication({ remoteId: null }),
  ];
  const post = { content: "Coffee", publications } as Pick<Post, "content" | "publications">;
  expect(ownPosts([post], "threads")).toEqual([
    { remoteId: "17", publishedAt: "2026-11-30T09:00:00Z", content: "Coffee" },
  ]);
});
