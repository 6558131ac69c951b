import type { Platform, Post } from "../api/types";

/** A post on a platform, with its number there. */
export interface OwnPost {
  remoteId: string;
  /** An instant in UTC. */
  publishedAt: string;
  content: string;
}

/** Return what was published on the accounts of a platform, without later parts and without the sandbox. */
export function ownPosts(
  posts: readonly Pick<Post, "content" | "publications">[],
  platform: Platform,
): readonly OwnPost[] {
  return posts.flatMap(({ content, publications }) =>
    publications.flatMap(({ platform: on, state, part, sandbox, remoteId, publishedAt }) =>
      on === platform && state === "published" && part === 1 && !sandbox && remoteId && publishedAt
        ? [{ remoteId, publishedAt, content }]
        : [],
    ),
  );
}
