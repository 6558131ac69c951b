import type { Me, Post } from "../api/types";

/**
 * Return the last moment at which a post that is due at an instant can still be published, or `null` if there is no limit:
 * the end of its own window or, without one, of the deployment's.
 */
export function publishBy(
  due: string,
  { publishWithinSeconds: own }: Pick<Post, "publishWithinSeconds">,
  { publishWithinSeconds: usual }: Pick<Me, "publishWithinSeconds">,
): string | null {
  const seconds = own ?? usual;
  return seconds === null ? null : new Date(Date.parse(due) + seconds * 1000).toISOString();
}
