import { useQuery } from "@tanstack/react-query";
import { api, body } from "../api/client";
import { needsReconnection, useConnections } from "../api/connections";
import type { PostFilter } from "../api/posts";
import { useMe } from "../session/Session";

const MAX_COUNTED = 100;

/** The numbers of posts and connections that need a person. */
export interface Attention {
  /** The failed posts and those to approve: 0 until both are counted, so that the number does not jump. */
  posts: number;
  failed: number;
  approval: number;
  connections: number;
}

/** Return a number as people read it: `100` stands for a hundred or more. */
export function countText(count: number): string {
  return count < MAX_COUNTED ? String(count) : `${MAX_COUNTED - 1}+`;
}

/**
 * Return the number of posts and of connections that need this person: failed and unknown posts, for an approver also
 * the posts to approve, and connections whose account has to be connected again. Each number is at most `MAX_COUNTED`.
 */
export function useAttention(): Attention {
  const canApprove = useMe().scopes.includes("approve");
  const failed = useCount({ status: "failed" });
  const approval = useCount({ approvalStatus: "pending" }, canApprove);
  const connections = useConnections();
  const isCounted = failed !== undefined && (approval !== undefined || !canApprove);
  return {
    posts: isCounted ? failed + (approval ?? 0) : 0,
    failed: failed ?? 0,
    approval: approval ?? 0,
    connections: connections.data?.connections.filter(needsReconnection).length ?? 0,
  };
}

function useCount(filter: PostFilter, isEnabled = true): number | undefined {
  const found = useQuery({
    queryKey: ["posts", "attention", filter],
    queryFn: () => body(api.GET("/api/social/posts/list", { params: { query: { ...filter, take: MAX_COUNTED } } })),
    enabled: isEnabled,
  });
  return found.data?.pagination.count;
}
