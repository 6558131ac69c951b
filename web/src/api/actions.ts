import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body, serverTime } from "./client";
import type { Post } from "./types";

/** Carry out an action on a post. Then load the posts again, so that every view shows the new state. */
export function usePostAction<Input, Output>(act: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: act, onSettled: () => queries.invalidateQueries({ queryKey: ["posts"] }) });
}

/** Send the unpublished publications of a failed post again. */
export const retryPost = (postId: string) => body(api.POST("/api/social/posts/retry", { ...once(), body: { postId } }));

/** Cancel the publications that have not begun. The post becomes a draft. */
export const cancelPost = (postId: string) => body(api.POST("/api/social/posts/cancel", { body: { postId } }));

/** Move a post to another time, if it still has the version that the person has seen. */
export const movePost = (move: { postId: string; scheduledAt: string; version: number }) =>
  body(api.PATCH("/api/social/posts/update", { body: move }));

/** Publish a planned post now, if it still has the version that the person has seen. A post that is due is queued at once. */
export const publishPostNow = ({ id, version }: Pick<Post, "id" | "version">) =>
  movePost({ postId: id, version, scheduledAt: serverTime() });

/** Delete a post that is not published. */
export const deletePost = (postId: string) => body(api.DELETE("/api/social/posts/delete", { body: { postId } }));

/** Archive a published or failed post. */
export const archivePost = (postId: string) => body(api.POST("/api/social/posts/archive", { body: { postId } }));

/** Approve or reject the version of a post that the person has read. */
export const decide = (decision: { postId: string; approved: boolean; comment: string | null; version: number }) =>
  body(api.POST("/api/social/posts/approve", { body: decision }));

/** Record a person's findings about unknown publications. */
export const confirmPublications = (input: {
  postId: string;
  publications: { id: string; published: boolean; permalink?: string }[];
}) => body(api.POST("/api/social/posts/confirm", { body: input }));

/** Return the header that prevents a repeated request from taking effect twice. */
export function once() {
  return { params: { header: { "Idempotency-Key": crypto.randomUUID() } } };
}
