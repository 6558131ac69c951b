import { useQuery } from "@tanstack/react-query";
import { api, body } from "../api/client";

const MAX_COUNTED = 100;

/** Return the number of posts that failed and of connections that a person has to renew. */
export function useAttention(): { posts: number; connections: number } {
  const failed = useQuery({
    queryKey: ["posts", "attention"],
    queryFn: () =>
      body(api.GET("/api/social/posts/list", { params: { query: { status: "failed", take: MAX_COUNTED } } })),
  });
  const connections = useQuery({
    queryKey: ["connections"],
    queryFn: () => body(api.GET("/api/social/connections")),
  });
  return {
    posts: failed.data?.pagination.count ?? 0,
    connections:
      connections.data?.connections.filter(({ status }: { status: string }) => status === "reconnect_required")
        .length ?? 0,
  };
}
