import { parseDateTime } from "@internationalized/date";
import type { Post } from "../api/types";
import { SHIFT } from "../strings/shift";
import { readWallClock } from "../time/wallClock";
import type { Staying } from "./bulkPlan";

/** By how much posts move, in days and minutes of their local time. Negative numbers are earlier. */
export interface Shift {
  days: number;
  minutes: number;
}

/** A post that would move, and its times. */
export interface Move {
  post: Post;
  from: string;
  to: string;
}

/** Where several posts would move, in the order of their times. */
export interface Shifted {
  moves: Move[];
  /** How many of the posts that move lose their approval. */
  approved: number;
  /** The posts that would move into the past, or whose new time the clocks skip. */
  staying: Staying[];
}

/** Return where posts with a time would move. */
export function shiftedOf(posts: readonly Post[], { days, minutes }: Shift, now: Date): Shifted {
  const timed = posts
    .flatMap((post) =>
      post.scheduledAt && post.scheduledAtLocal
        ? [{ post, from: post.scheduledAt, local: post.scheduledAtLocal.slice(0, 16) }]
        : [],
    )
    .toSorted((one, other) => one.from.localeCompare(other.from));
  const shifted: Shifted = { moves: [], approved: 0, staying: [] };
  for (const { post, from, local } of timed) {
    const moved = readWallClock(parseDateTime(local).add({ days, minutes }).toString().slice(0, 16), post.timezone);
    if (!("instant" in moved)) shifted.staying.push({ post, reason: SHIFT.skipped });
    else if (Date.parse(moved.instant) < now.getTime()) shifted.staying.push({ post, reason: SHIFT.past });
    else {
      shifted.moves.push({ post, from, to: moved.instant });
      if (post.approvalStatus === "approved") shifted.approved += 1;
    }
  }
  return shifted;
}
