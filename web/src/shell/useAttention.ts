import { needsReconnection, useConnections } from "../api/connections";
import { isMissing } from "../api/destinations";
import { useLostAccounts, useLostPosts } from "../api/lost";
import { FAILED, MAX_FIRST, PENDING, type PostFilter, REJECTED, useFirstPosts } from "../api/posts";
import type { Post } from "../api/types";
import { useHeldPosts } from "../post/held";
import { isHeldAndLate } from "../post/waiting";
import { useMe } from "../session/Session";
import { useNow } from "../time/now";

/** The numbers of posts and connections that need a person. */
export interface Attention {
  /** All these posts together: 0 until all are counted, so that the number does not jump. */
  posts: number;
  failed: number;
  approval: number;
  rejected: number;
  /** The posts that a pause has held beyond their time. */
  held: number;
  /** The scheduled posts that will fail because access to an account is lost: 0 until all are counted. */
  lost: number;
  /** The accounts to connect again, and the missing ones: 0 until both are counted, so that no number is too low. */
  connections: number;
}

/** Return a number as people read it: `100` stands for a hundred or more. */
export function countText(count: number): string {
  return count < MAX_FIRST ? String(count) : `${MAX_FIRST - 1}+`;
}

/**
 * Return the number of posts and of connections that need this person: failed and unknown posts, late posts that are held,
 * for an approver also the posts to approve, for a writer also the rejected posts, and accounts that have to be connected
 * again.
 * Except for the sum and the lost posts, each number is at most `MAX_FIRST`.
 */
export function useAttention(): Attention {
  const { scopes } = useMe();
  const counts = [
    useCount(FAILED),
    useCount(PENDING, scopes.includes("approve")),
    useCount(REJECTED, scopes.includes("write")),
  ];
  const [failed = 0, approval = 0, rejected = 0] = counts;
  const now = useNow();
  const queued = useHeldPosts();
  const isLate = (post: Post) =>
    isHeldAndLate(
      post,
      post.publications.map(({ state }) => state),
      now,
    );
  const held = queued.posts.filter(isLate).length;
  const listed = useLostPosts();
  const connections = useConnections();
  const ended = connections.data?.connections.filter(needsReconnection).length ?? 0;
  const missing = useLostAccounts().filter(({ connection }) => isMissing(connection)).length;
  return {
    posts: counts.includes(undefined) || !queued.isCounted ? 0 : failed + approval + rejected + held,
    failed,
    approval,
    rejected,
    held,
    lost: listed.isCounted ? listed.posts.length : 0,
    connections: listed.isCounted ? ended + missing : 0,
  };
}

/** Return the number of posts that match a filter: `undefined` while they are counted, and 0 if they do not matter. */
function useCount(filter: PostFilter, isEnabled = true): number | undefined {
  const found = useFirstPosts(filter, isEnabled);
  return isEnabled ? found.data?.pagination.count : 0;
}
