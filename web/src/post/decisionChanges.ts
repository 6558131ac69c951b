import type { HistoryEvent, Part, Post } from "../api/types";
import { namesOf, PLATFORMS } from "../strings/platforms";
import { POST } from "../strings/post";
import { momentOf } from "../time/format";
import type { Change } from "../ui/ChangeList";
import { changedFields } from "./changedFields";
import { areSameAccounts, fieldChange, type NamedAccount } from "./fieldChange";

/** The changes of a post since an approver decided: those that can be read, and the others in short. */
export interface DecisionChanges {
  changes: Change[];
  others: string[];
}

/** Return what changed since the last decision, or `null` if there was no decision or nothing changed. */
export function changesSinceDecision(
  post: Post,
  history: readonly HistoryEvent[],
  zone: string,
  accounts: readonly NamedAccount[] | null,
): DecisionChanges | null {
  const last = history.findLastIndex(({ type }) => type === "post.approved" || type === "post.rejected");
  if (last < 0) return null;
  const events = history.slice(last + 1);
  const fields = [...new Set(events.flatMap(changedFields))];
  const old = firstValues(events);
  const then = { ...post, ...old };
  const before = readableOf(then, zone);
  const now = readableOf(post, zone);
  const changes = [...new Set([...now.keys(), ...before.keys()])]
    .map((name) => ({ name, before: before.get(name) ?? "", now: now.get(name) ?? "" }))
    .filter((change) => change.before !== change.now);
  const areSame = (read: (version: Post) => unknown) => JSON.stringify(read(then)) === JSON.stringify(read(post));
  const valueIn = (field: string) => (version: Partial<Post>) => version[field as keyof Post];
  const isShown = (field: string) =>
    READABLE.includes(field) ||
    areSame(field === "platformOptions" ? settingsOf : valueIn(field)) ||
    (field === "connectionIds" && areSameAccounts(then.connectionIds, post.connectionIds, accounts));
  const others = fields
    .filter((field) => !(field in old && isShown(field)))
    .map((field) => fieldChange(field, { before: valueIn(field)(old), now: valueIn(field)(post) }, accounts));
  if (!areSame(platformMediaOf)) others.push(POST.mediaOfPlatform);
  changes.push(...altChanges(then, post));
  return changes.length > 0 || others.length > 0 ? { changes, others } : null;
}

/** The fields whose changes are shown in full. */
const READABLE: readonly string[] = [
  "content",
  "variants",
  "scheduledAt",
  "timezone",
  "platforms",
  "campaign",
  "notes",
  "altTexts",
];

/** Return the changed alternative texts of the media that the post had and has. Those of other media stand with them. */
function altChanges(before: Post, now: Post): Change[] {
  return now.mediaUrls.flatMap((url, index) => {
    const texts = { before: before.altTexts[url] ?? "", now: now.altTexts[url] ?? "" };
    if (!before.mediaUrls.includes(url) || texts.before === texts.now) return [];
    return { name: POST.altOf(index + 1, now.mediaUrls.length), ...texts };
  });
}

/** Return the media that only some platforms have: those of variants and of the parts of threads. */
function platformMediaOf({ variants, platformOptions }: Post): unknown {
  const mediaIn = (platform: string, { mediaUrls, altTexts }: Partial<Part>) =>
    mediaUrls ? [[platform, mediaUrls, altTexts]] : [];
  const inThread = (platform: string, thread: unknown) =>
    Array.isArray(thread) ? thread.flatMap((part) => mediaIn(platform, part)) : [];
  return [
    Object.entries(variants).flatMap(([platform, variant]) => mediaIn(platform, variant)),
    Object.entries(platformOptions).flatMap(([platform, { thread }]) => inThread(platform, thread)),
  ];
}

/** Return the options of the platforms without the threads and the first comments, which `readableOf` shows. */
function settingsOf({ platformOptions }: Post): unknown {
  return Object.entries(platformOptions).map(([platform, { thread: _, firstComment: __, ...settings }]) => [
    platform,
    settings,
  ]);
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
    [POST.zone, post.timezone],
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
