import { sandboxedPlatforms } from "../api/access";
import type { Destination } from "../api/destinations";
import type { Platform, Post } from "../api/types";

/** The scheduled posts that go to the sandbox, because no account is connected on a platform. */
export interface SandboxPosts {
  platform: Platform;
  count: number;
  /** The first of these posts. */
  first: Post;
}

/**
 * Return the scheduled posts that go to the sandbox on each platform, the platform with the most posts first. A rejected
 * post is not published. `posts`: the scheduled posts in the order of their times.
 */
export function sandboxPostsOf(posts: readonly Post[], destinations: readonly Destination[]): SandboxPosts[] {
  const found = new Map<Platform, SandboxPosts>();
  for (const post of posts) {
    if (post.approvalStatus === "rejected") continue;
    for (const platform of sandboxedPlatforms(post, destinations)) {
      const { count = 0, first = post } = found.get(platform) ?? {};
      found.set(platform, { platform, count: count + 1, first });
    }
  }
  return [...found.values()].toSorted((one, other) => other.count - one.count);
}
