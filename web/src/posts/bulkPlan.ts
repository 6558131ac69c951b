import type { BulkAction, BulkResult } from "../api/posts";
import type { Connection, Post, Publication } from "../api/types";
import { canChangePost, canDelete } from "../post/changes";
import { lacksConnection } from "../post/failureStep";
import { namesOf } from "../strings/platforms";
import { POSTS } from "../strings/posts";

/** A chosen post that an action leaves as it is, and why. `post` is its id if the post is not loaded. */
export interface Staying {
  post: Post | string;
  reason: string;
}

/** The posts on which a bulk action can succeed, and the results of the others, which are not sent. */
export interface BulkPlan {
  posts: Post[];
  skipped: BulkResult[];
}

/** Return what a bulk action can do. `connections` are those of the owner, or `null` if they are not loaded. */
export function bulkPlanOf(
  action: BulkAction,
  posts: readonly Post[],
  connections: readonly Connection[] | null,
): BulkPlan {
  const plan: BulkPlan = { posts: [], skipped: [] };
  for (const post of posts) {
    const error = reasonAgainst(action, post, connections);
    if (error) plan.skipped.push({ postId: post.id, success: false, error });
    else plan.posts.push(post);
  }
  return plan;
}

/** Return the posts whose results say that they stay, and why. */
export function stayingOf(results: readonly BulkResult[], posts: readonly Post[]): Staying[] {
  return results
    .filter(({ success }) => !success)
    .map((result) => {
      const post = posts.find(({ id }) => id === result.postId);
      return { post: post ?? result.postId, reason: refusalOf(result, post) };
    });
}

/** Return the ids of the posts whose approval a successful change of the time ended. `posts`: as they were before. */
export function unapprovedBy(results: readonly BulkResult[], posts: readonly Post[]): string[] {
  const approved = new Set(posts.filter(({ approvalStatus }) => approvalStatus === "approved").map(({ id }) => id));
  return results.filter(({ success, postId }) => success && approved.has(postId)).map(({ postId }) => postId);
}

/** Return the sentence about a result of the API that was refused. */
export function refusalOf({ code, error }: BulkResult, post: Post | undefined): string {
  if (code === "outcome_unknown") return unknownReason({ publications: post?.publications ?? [] });
  return error ?? "";
}

function reasonAgainst(action: BulkAction, post: Post, connections: readonly Connection[] | null): string | null {
  switch (action) {
    case "shift":
      return canChangePost(post) ? null : POSTS.skipped.publishing;
    case "delete":
      if (canDelete(post)) return null;
      return canChangePost(post) || post.status === "failed" ? POSTS.skipped.public : POSTS.skipped.publishing;
    case "archive":
      return post.publications.some(isUnknown) ? unknownReason(post) : null;
    case "retry":
      return reasonAgainstRetry(post, connections);
    default:
      return null;
  }
}

/** A post is tried again if that can help on one account at least. */
function reasonAgainstRetry(post: Post, connections: readonly Connection[] | null): string | null {
  const { publications } = post;
  const failed = publications.filter(({ state }) => state === "failed");
  const isLost = (each: Publication) => connections !== null && lacksConnection(each, post, connections);
  const isInvalid = ({ failureCode }: Publication) => failureCode === "invalid_content";
  if (failed.some((publication) => !isLost(publication) && !isInvalid(publication))) return null;
  if (publications.some(isUnknown)) return unknownReason({ publications });
  if (failed.some(isLost)) return POSTS.skipped.lost(platformsOf(failed, isLost));
  if (failed.some(isInvalid)) return POSTS.skipped.invalid(platformsOf(failed, isInvalid));
  return null;
}

function unknownReason({ publications }: Pick<Post, "publications">): string {
  return POSTS.skipped.unknown(platformsOf(publications, isUnknown));
}

const isUnknown = ({ state }: Publication) => state === "unknown";

function platformsOf(publications: readonly Publication[], matches: (publication: Publication) => boolean): string {
  return namesOf([...new Set(publications.filter(matches).map(({ platform }) => platform))]);
}
