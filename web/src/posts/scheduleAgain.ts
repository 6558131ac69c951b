import { movePost } from "../api/actions";
import type { BulkResult } from "../api/posts";
import type { Post } from "../api/types";
import { POSTS } from "../strings/posts";
import { sentenceOf } from "../ui/Problem";

/** A post that was unscheduled: its earlier time, and the version that the unscheduling gave it. */
export interface Unscheduled {
  postId: string;
  scheduledAt: string;
  version: number;
}

/** The unscheduled posts that can be scheduled again, and the results of those whose times have passed meanwhile. */
export interface AgainPlan {
  posts: Unscheduled[];
  skipped: BulkResult[];
}

/** The maximum number of posts that are scheduled again at once. Each is a call of its own. */
const MAX_POSTS = 50;

/**
 * Return what can be scheduled again after several posts were unscheduled, or `null` if that is nothing or too much.
 * `posts`: as they were before.
 */
export function againPlanOf(results: readonly BulkResult[], posts: readonly Post[], now: number): AgainPlan | null {
  const plan: AgainPlan = { posts: [], skipped: [] };
  for (const { postId, success, status } of results) {
    const post = posts.find(({ id }) => id === postId);
    if (!success || status !== "draft" || !post?.scheduledAt) continue;
    const { scheduledAt, version } = post;
    if (Date.parse(scheduledAt) > now) plan.posts.push({ postId, scheduledAt, version: version + 1 });
    else plan.skipped.push({ postId, success: false, error: POSTS.skipped.passed });
  }
  return plan.posts.length > 0 && plan.posts.length <= MAX_POSTS ? plan : null;
}

/** Schedule each post again for its earlier time, if nobody has changed it since. Each succeeds or fails on its own. */
export async function scheduleAgain({ posts, skipped }: AgainPlan): Promise<BulkResult[]> {
  const results: BulkResult[] = [];
  for (const move of posts) results.push(await resultOf(move));
  return [...results, ...skipped];
}

async function resultOf(move: Unscheduled): Promise<BulkResult> {
  const { postId } = move;
  try {
    const { post } = await movePost(move);
    return { postId, success: true, status: post.status };
  } catch (error) {
    return { postId, success: false, error: sentenceOf(error) };
  }
}
