import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { once } from "./actions";
import { api, body } from "./client";
import type { components } from "./schema";
import type { Platform, Post, PostFields, Warning } from "./types";

export interface Saved {
  post: Post;
  warnings?: Warning[];
}

/** Create a post, or update the one with `postId` if it still has the version that the person edited. */
export function useSave() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({
      postId,
      version,
      fields,
      isNow,
    }: {
      postId: string | null;
      version: number | null;
      fields: PostFields;
      isNow: boolean;
    }): Promise<Saved> =>
      postId === null
        ? body(
            api.POST("/api/social/posts/create", {
              ...once(),
              body: { ...fields, ...(isNow ? { publish: "now" } : {}) },
            }),
          )
        : body(api.PATCH("/api/social/posts/update", { body: { ...fields, postId, version } })),
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
