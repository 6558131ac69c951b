import type { Warning } from "../api/types";
import { NEIGHBOURS } from "../strings/neighbours";
import { PLATFORMS } from "../strings/platforms";
import { momentOf } from "../time/format";

/** A warning about another post on the same accounts. */
export interface Neighbour {
  kind: "same_content" | "close_to_another";
  message: string;
  /** The id of the other post. */
  postId: string;
}

const SENTENCES = [
  ["same_content", NEIGHBOURS.sameContent],
  ["close_to_another", NEIGHBOURS.closeToAnother],
] as const;

/**
 * Return the warnings about other posts on the same accounts. Each other post is in one sentence of a kind with all its
 * platforms: the API warns about each account. The times are in `zone`.
 */
export function neighboursOf(warnings: readonly Warning[], zone: string): Neighbour[] {
  return SENTENCES.flatMap(([kind, sentence]) => {
    const found = warnings.filter(({ code }) => code === kind);
    const others = new Map(
      found.flatMap(({ otherPost }) => (otherPost ? [[otherPost.postId, otherPost] as const] : [])),
    );
    return [...others.values()].map(({ postId, scheduledAt }) => {
      const names = found.flatMap(({ otherPost, platform }) =>
        platform && otherPost?.postId === postId ? [PLATFORMS[platform].name] : [],
      );
      return { kind, message: sentence(momentOf(scheduledAt, zone), [...new Set(names)]), postId };
    });
  });
}
