import type { Post } from "../api/types";
import { needsPerson } from "./attention";

/** Return the times of the posts before an instant that need a person with these scopes, with the earliest first. */
export function earlierTimes(
  posts: readonly Pick<Post, "status" | "approvalStatus" | "scheduledAt" | "publications">[],
  from: string,
  scopes: readonly string[],
  now: Date,
): string[] {
  return posts
    .flatMap(({ scheduledAt, publications, ...post }) => {
      if (scheduledAt === null || Date.parse(scheduledAt) >= Date.parse(from)) return [];
      const entry = { ...post, scheduledAt, publicationStates: publications.map(({ state }) => state) };
      return needsPerson(entry, scopes, now, null) ? [scheduledAt] : [];
    })
    .toSorted();
}
