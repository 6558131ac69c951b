import type { HistoryEvent, Post } from "../api/types";
import { namesOf, PLATFORMS } from "../strings/platforms";
import { POST } from "../strings/post";
import { momentOf } from "../time/format";
import type { Change } from "../ui/ChangeList";
import { changedFields } from "./changedFields";

/** The changes of a post since an approver decided: those that can be read, and the names of the other fields. */
export interface DecisionChanges {
  changes: Change[];
  others: string[];
}

/** Return what changed since the last decision, or `null` if there was no decision or nothing changed. */
export function changesSinceDecision(
  post: Post,
  history: readonly HistoryEvent[],
  zone: string,
): DecisionChanges | null {
  const last = history.findLastIndex(({ type }) => type === "post.approved" || type === "post.rejected");
  if (last < 0) return null;
  const events = history.slice(last + 1);
  const fields = [...new Set(events.flatMap(changedFields))];
  const old = firstValues(events);
  const before = readableOf({ ...post, ...old }, zone);
  const now = readableOf(post, zone);
  const changes = [...new Set([...now.keys(), ...before.keys()])]
    .map((name) => ({ name, before: before.get(name) ?? "", now: now.get(name) ?? "" }))
    .filter((change) => change.before !== change.now);
  const others = fields.filter(
    (field) =>
      !(field in old) ||
      (field === "platformOptions" ? settingsOf(post) !== settingsOf({ ...post, ...old }) : !READABLE.includes(field)),
  );
  return changes.length > 0 || others.length > 0 ? { changes, others } : null;
}

/** The fields that `readableOf` shows in full. */
const READABLE: readonly string[] = ["content", "variants", "scheduledAt", "platforms", "campaign", "notes"];

/** Return the options of the platforms without the threads and the first comments, which `readableOf` shows. */
function settingsOf({ platformOptions }: Post): string {
  return JSON.stringify(
    Object.entries(platformOptions).map(([platform, { thread: _, firstComment: __, ...settings }]) => [
      platform,
      settings,
    ]),
  );
}

/** Return the value that each field had before the first event that changed it. */
function firstValues(events: readonly HistoryEvent[]): Partial<Post> {
  const values: Record<string, unknown> = {};
  for (const { data } of events) {
    if (!data.old || typeof data.old !== "object") continue;
    for (const [field, value] of Object.entries(data.old)) {
      // The API shortens a long value, and then an object is a text that cannot be read as the field.
      const isShortened = typeof value === "string" && !TEXTS.includes(field);
      if (!(field in values) && !isShortened) values[field] = value;
    }
  }
  return values as Partial<Post>;
}

const TEXTS: readonly string[] = ["content", "scheduledAt", "timezone", "campaign", "notes"];

/** Return the texts and the time of a post by the names under which the page shows them. */
function readableOf(post: Post, zone: string): Map<string, string> {
  const found = new Map<string, string>([
    [POST.text, post.content],
    [POST.time, post.scheduledAt ? momentOf(post.scheduledAt, zone) : POST.noTime],
    [POST.platforms, namesOf(post.platforms)],
    [POST.campaign, post.campaign ?? ""],
    [POST.notes, post.notes ?? ""],
  ]);
  for (const platform of post.platforms) {
    const { name } = PLATFORMS[platform];
    const { thread, firstComment } = post.platformOptions[platform] ?? {};
    const own = post.variants[platform]?.content;
    if (own) found.set(POST.ownText(name), own);
    if (Array.isArray(thread)) {
      thread.forEach((part, index) => {
        found.set(POST.partOn(name, index + 2), typeof part === "string" ? part : part.content);
      });
    }
    if (typeof firstComment === "string") found.set(POST.firstCommentOn(name), firstComment);
  }
  return found;
}
