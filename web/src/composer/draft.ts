import type { Part, Platform, Post, PostFields } from "../api/types";

/** A text with its further parts, which become a thread. */
export interface Words {
  content: string;
  parts: string[];
}

/** A media item of the post, in the library or at a web address. */
export interface MediaItem {
  url: string;
  alt: string;
}

/** The post that a person is writing, which can be stored as JSON. */
export interface Draft {
  words: Words;
  /** The platforms that have their own text. */
  own: Partial<Record<Platform, Words>>;
  firstComment: string;
  connectionIds: string[];
  /** The platforms without a connection of this list: they use the default connection or the sandbox. */
  platforms: Platform[];
  media: MediaItem[];
  options: Partial<Record<Platform, Record<string, unknown>>>;
  campaign: string;
  notes: string;
  /** A local time such as `2027-03-24T09:30`, or an empty text. */
  at: string;
  timezone: string;
  approvalRequired: boolean;
}

/** Return an empty draft. */
export function emptyDraft(timezone: string): Draft {
  return {
    words: { content: "", parts: [] },
    own: {},
    firstComment: "",
    connectionIds: [],
    platforms: [],
    media: [],
    options: {},
    campaign: "",
    notes: "",
    at: "",
    timezone,
    approvalRequired: false,
  };
}

/** Return a draft of a saved post. */
export function draftOf(post: Post): Draft {
  const own: Draft["own"] = {};
  const options: Draft["options"] = {};
  let parts: string[] = [];
  let firstComment = "";
  const threads = new Map<Platform, string[]>();
  for (const platform of post.platforms) {
    const { thread, firstComment: comment, ...rest } = post.platformOptions[platform] ?? {};
    if (Array.isArray(thread)) threads.set(platform, thread.map(contentOf));
    if (typeof comment === "string") firstComment = comment;
    if (Object.keys(rest).length > 0) options[platform] = rest;
  }
  // The first thread is the thread of all platforms. A platform with a different thread has its own text.
  const [first] = threads.values();
  if (first) parts = first;
  for (const platform of post.platforms) {
    const variant = post.variants[platform];
    const thread = threads.get(platform);
    const hasOtherThread = thread !== undefined && thread.join("\0") !== parts.join("\0");
    if (variant?.content !== undefined || hasOtherThread) {
      own[platform] = { content: variant?.content ?? post.content, parts: thread ?? [] };
    }
  }
  return {
    words: { content: post.content, parts },
    own,
    firstComment,
    connectionIds: post.connectionIds,
    platforms: post.platforms,
    media: post.mediaUrls.map((url) => ({ url, alt: post.altTexts[url] ?? "" })),
    options,
    campaign: post.campaign ?? "",
    notes: post.notes ?? "",
    at: post.scheduledAtLocal?.slice(0, 16) ?? "",
    timezone: post.timezone,
    approvalRequired: post.approvalRequired,
  };
}

/** Return the draft for only the accounts on which the post failed. */
export function forFailed(draft: Draft, { publications }: Pick<Post, "publications">): Draft {
  const failed = publications.filter(({ state }) => state === "failed");
  return {
    ...draft,
    connectionIds: draft.connectionIds.filter((id) => failed.some(({ connectionId }) => connectionId === id)),
    platforms: draft.platforms.filter((each) => failed.some(({ platform }) => platform === each)),
  };
}

/** Return the text for a platform. */
export function wordsFor(draft: Draft, platform: Platform): Words {
  return draft.own[platform] ?? draft.words;
}

/** The kind of replies that a platform allows after the first part. */
export type Replies = "thread" | "comment" | "none";

export type RepliesOf = (platform: Platform) => Replies;

/** Return whether a post has a first comment on a platform. It has none where it is a thread. */
export function hasComment(draft: Draft, platform: Platform, replies: Replies): boolean {
  return (
    replies === "comment" || (replies === "thread" && !wordsFor(draft, platform).parts.some((part) => part.trim()))
  );
}

/** Return the media of the post on a platform: those of a saved variant, which this page does not change, or all. */
export function mediaFor(draft: Draft, platform: Platform, saved: Pick<Post, "variants"> | undefined): MediaItem[] {
  const { mediaUrls, altTexts } = saved?.variants[platform] ?? {};
  return mediaUrls?.map((url) => ({ url, alt: altTexts?.[url] ?? "" })) ?? draft.media;
}

/** Return the fields of the post as `posts/create` takes them. */
export function fieldsOf(draft: Draft, repliesOf: RepliesOf, saved?: Post): PostFields & { platforms: Platform[] } {
  const platformOptions: NonNullable<PostFields["platformOptions"]> = {};
  const variants: Partial<Record<Platform, Partial<Part>>> = {};
  for (const platform of draft.platforms) {
    const words = wordsFor(draft, platform);
    const parts = words.parts.filter((part) => part.trim());
    const replies = repliesOf(platform);
    const hasThread = replies === "thread" && parts.length > 0;
    const options = {
      ...draft.options[platform],
      ...(hasThread ? { thread: parts } : {}),
      ...(hasComment(draft, platform, replies) && draft.firstComment.trim()
        ? { firstComment: draft.firstComment }
        : {}),
    };
    if (Object.keys(options).length > 0) platformOptions[platform] = options;
    // A variant of a saved post may also have its own media, which this page does not change.
    const { content: _, ...media } = saved?.variants[platform] ?? {};
    const variant = { ...media, ...(draft.own[platform] ? { content: words.content } : {}) };
    if (Object.keys(variant).length > 0) variants[platform] = variant;
  }
  return {
    content: draft.words.content,
    platforms: draft.platforms,
    connectionIds: draft.connectionIds,
    mediaUrls: draft.media.map(({ url }) => url),
    altTexts: Object.fromEntries(draft.media.filter(({ alt }) => alt.trim()).map(({ url, alt }) => [url, alt])),
    platformOptions,
    variants,
    campaign: draft.campaign.trim() || null,
    notes: draft.notes.trim() || null,
    timezone: draft.timezone,
    approvalRequired: draft.approvalRequired,
  };
}

function contentOf(part: unknown): string {
  return typeof part === "string" ? part : ((part as Part).content ?? "");
}
