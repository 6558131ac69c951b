import type { HistoryEvent, Post } from "../api/types";
import { inZone } from "../time/format";
import { readWallClock } from "../time/wallClock";

/**
 * Return the local time in `zone` that a draft had until it was unscheduled, such as `2027-03-24T09:00`, or `null` if it
 * had none, or one that does not lie ahead. `history`: the oldest event first.
 */
export function earlierTime(
  status: Post["status"],
  history: readonly Pick<HistoryEvent, "type" | "data">[],
  zone: string,
  now: Date,
): string | null {
  if (status !== "draft") return null;
  const instant = history.map(lostTime).findLast(Boolean);
  if (!instant || Date.parse(instant) <= now.getTime()) return null;
  const at = inZone(instant, zone).toString().slice(0, 16);
  const read = readWallClock(at, zone);
  // The second of two equal times cannot be chosen.
  return "instant" in read && Date.parse(read.instant) === Date.parse(instant) ? at : null;
}

/** Return the time that a post lost in an event, or `null`. */
function lostTime({ type, data }: Pick<HistoryEvent, "type" | "data">): string | null {
  const changes = data as {
    scheduledAt?: string;
    old?: { scheduledAt?: string };
    new?: { scheduledAt?: string | null };
  };
  if (type === "post.cancelled") return changes.scheduledAt ?? null;
  return type === "post.updated" && changes.new?.scheduledAt === null ? (changes.old?.scheduledAt ?? null) : null;
}
