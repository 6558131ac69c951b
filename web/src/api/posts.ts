import { useInfiniteQuery, useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, serverTime } from "./client";
import { readAgainAfter } from "./readAgain";
import type { components, paths } from "./schema";
import type { Attempt, Connection, HistoryEvent, Post } from "./types";

/** The filters and the order of `posts/list`. */
export type PostFilter = Omit<
  NonNullable<paths["/api/social/posts/list"]["get"]["parameters"]["query"]>,
  "take" | "cursor"
>;

/** The posts that an approver rejected, and that nobody has changed since. */
export const REJECTED: PostFilter = { status: "draft,scheduled", approvalStatus: "rejected" };

/** The maximum number of posts that `useFirstPosts` returns. */
export const MAX_FIRST = 100;

/** Return the first posts that match a filter. */
export function useFirstPosts(filter: PostFilter, isEnabled = true) {
  return useQuery({
    queryKey: ["posts", "first", filter],
    queryFn: () => body(api.GET("/api/social/posts/list", { params: { query: { ...filter, take: MAX_FIRST } } })),
    enabled: isEnabled,
  });
}

/** The failed posts, which are counted in every view. */
export const FAILED: PostFilter = { status: "failed" };

/** The posts that an approver has to decide about, and first those whose time has passed. */
export const PENDING: PostFilter = { approvalStatus: "pending", orderBy: "scheduled" };

/** The queued posts, of which an entry of the calendar does not have the publications. */
export const QUEUED: PostFilter = { status: "queued" };

/** Return the posts that match a filter, page by page. */
export function usePosts(filter: PostFilter) {
  return useInfiniteQuery({
    queryKey: ["posts", "list", filter],
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/social/posts/list", {
          params: { query: { ...filter, take: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ pagination }) => pagination.nextCursor,
  });
}

export interface PostDetails {
  post: Post;
  history: HistoryEvent[];
  attempts: Attempt[];
  connections: Connection[];
}

/** Return a post with its history, its attempts and its connections. */
export function usePost(postId: string, isEnabled = true) {
  return useQuery({
    enabled: isEnabled,
    queryKey: ["posts", "one", postId],
    queryFn: () => loadPost(postId),
    refetchInterval: ({ state }) => !!state.data && readAgainAfter(state.data.post, Date.parse(serverTime())),
  });
}

const MAX_SINGLE = 20;

/** Return the posts with these ids that are loaded, at most `MAX_SINGLE`, because each of them is a request. */
export function usePostsById(postIds: readonly string[]): readonly Post[] {
  return useQueries({
    queries: postIds.slice(0, MAX_SINGLE).map((postId) => ({
      queryKey: ["posts", "one", postId],
      queryFn: () => loadPost(postId),
    })),
    combine: loadedPosts,
  });
}

const loadedPosts = (results: readonly { data?: PostDetails | undefined }[]) =>
  results.flatMap(({ data }) => (data ? [data.post] : []));

/** Return the current post from the API, not from the cache. */
export async function loadPost(postId: string): Promise<PostDetails> {
  const { post, history, attempts, connections } = await body(
    api.GET("/api/social/posts/get", { params: { query: { postId, include: "history,attempts,connections" } } }),
  );
  return { post, history: history ?? [], attempts: attempts ?? [], connections: connections ?? [] };
}

/** An action of `posts/bulk`. */
export type BulkAction = components["schemas"]["BulkAction"];
export type BulkResult = components["schemas"]["BulkResult"];

/** Carry out an action on several posts. Each post succeeds or fails on its own. */
export function useBulk() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({
      action,
      postIds,
      ...rest
    }: {
      action: BulkAction;
      postIds: string[];
      days?: number;
      minutes?: number;
    }) => {
      const key = crypto.randomUUID();
      // The server stops before its time limit and finishes the rest when the call is repeated with the same key.
      for (;;) {
        const answer = await body(
          api.POST("/api/social/posts/bulk", {
            params: { header: { "Idempotency-Key": key } },
            body: { action, postIds, ...rest },
          }),
        );
        if (answer.complete) return answer.results;
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["posts"] }),
  });
}
