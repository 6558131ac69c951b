import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { once } from "./actions";
import { ApiError, api, body, serverTime } from "./client";
import { loadPost, type PostDetails } from "./posts";
import type { components } from "./schema";
import type { Platform, Post, PostFields, Warning } from "./types";

export interface Saved {
  post: Post;
  warnings?: Warning[];
}

/** The post has a newer version than the one that the person edited. */
export class NewerVersion extends Error {
  constructor(readonly newest: PostDetails) {
    super("The post has a newer version.");
    this.name = "NewerVersion";
  }
}

/**
 * Create a post, or update the one with `postId` if it still has the version that the person edited. For a newer version,
 * `rebase` returns the fields that keep all changes, or `null` if a person has to look: then `NewerVersion` is thrown.
 */
export function useSave() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({
      postId,
      version,
      fields,
      isNow,
      rebase,
    }: {
      postId: string | null;
      version: number | null;
      fields: PostFields;
      isNow: boolean;
      rebase: (newest: Post) => PostFields | null;
    }): Promise<Saved> => {
      if (postId === null) {
        return body(
          api.POST("/api/social/posts/create", {
            ...once(),
            body: { ...fields, ...(isNow ? { publish: "now" } : {}) },
          }),
        );
      }
      const update = (changes: PostFields, of: number | null): Promise<Saved> =>
        body(
          api.PATCH("/api/social/posts/update", {
            // A post that is due now is queued immediately.
            body: { ...changes, ...(isNow ? { scheduledAt: serverTime() } : {}), postId, version: of },
          }),
        );
      try {
        return await update(fields, version);
      } catch (error) {
        if (!(error instanceof ApiError && error.code === "version_conflict")) throw error;
        const newest = await loadPost(postId);
        const rebased = rebase(newest.post);
        if (!rebased) throw new NewerVersion(newest);
        return update(rebased, newest.post.version);
      }
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["posts"] }),
  });
}

export type Validation = components["schemas"]["ValidatePostResponse"];

const TYPING_PAUSE = 400;

/**
 * Validate a post against the rules of its platforms, a moment after the person has stopped typing. `isChecking`: the
 * result is that of an earlier text.
 */
export function useValidation(fields: PostFields & { platforms: Platform[] }) {
  const isEnabled = canValidate(fields);
  const [settled, setSettled] = useState(fields);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(fields), TYPING_PAUSE);
    return () => clearTimeout(timer);
  }, [fields]);
  const query = useQuery({
    queryKey: ["validation", settled],
    queryFn: ({ signal }): Promise<Validation> =>
      body(api.POST("/api/social/posts/validate", { body: settled, signal })),
    // The settled fields may be those of the empty form.
    enabled: isEnabled && canValidate(settled),
    placeholderData: (old) => old,
    staleTime: 60_000,
  });
  return { data: query.data, isChecking: isEnabled && (settled !== fields || query.isFetching) };
}

/** Return whether a post has a text and a platform, without which there is nothing to validate. */
function canValidate({ content, platforms }: PostFields & { platforms: Platform[] }): boolean {
  return Boolean(content?.trim()) && platforms.length > 0;
}
