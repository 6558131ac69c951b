import type { Part, Platform, Post, PostFields } from "../api/types";

/** A further part of a thread, as the API takes it: a text, or a text with media, which this page does not change. */
export type FurtherPart = string | Part;

/** A text with its further parts, which become a thread. */
export interface Words {
  content: string;
  parts: FurtherPart[];
}

/** Return the text of a part. */
export function textOf(part: FurtherPart): string {
  return typeof part === "string" ? part : part.content;
}

/** Return a part with another text and the same media. */
export function withText(part: FurtherPart, content: string): FurtherPart {
  return typeof part === "string" ? content : { ...part, content };
}

/** Return the media of a part. */
export function mediaOf(part: FurtherPart): MediaItem[] {
  const { mediaUrls = [], altTexts = {} } = typeof part === "string" ? {} : part;
  return mediaUrls.map((url) => ({ url, alt: altTexts[url] ?? "" }));
}

/** Return whether a part has a text or media. An empty part is not sent. */
export function isWritten(part: FurtherPart): boolean {
  return textOf(part).trim() !== "" || mediaOf(part).length > 0;
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
  /** The platforms of a saved post with another first comment, or with none, which the API allows. */
  ownComments: Partial<Record<Platform, string>>;
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
  /** The window of a saved post, which this page does not change. */
  publishWithinSeconds: number | null;
  approvalRequired: boolean;
}

/** Return an empty draft. */
export function emptyDraft(timezone: string): Draft {
  return {
    words: { content: "", parts: [] },
    own: {},
    firstComment: "",
    ownComments: {},
    connectionIds: [],
    platforms: [],
    media: [],
    options: {},
    campaign: "",
    notes: "",
    at: "",
    timezone,
    publishWithinSeconds: null,
    approvalRequired: false,
  };
}

/** Return a draft of a saved post. */
export function draftOf(post: Post, repliesOf: RepliesOf): Draft {
  const own: Draft["own"] = {};
  const options: Draft["options"] = {};
  const comments = new Map<Platform, string>();
  const threads = new Map<Platform, FurtherPart[]>();
  for (const platform of post.platforms) {
    const { thread, firstComment: comment, ...rest } = post.platformOptions[platform] ?? {};
    if (Array.isArray(thread)) threads.set(platform, thread);
    if (typeof comment === "string") comments.set(platform, comment);
    if (Object.keys(rest).length > 0) options[platform] = rest;
  }
  // The first platform without its own text has the thread of all platforms. A platform with another thread, or without
  // a thread, has its own text.
  const canThread = (platform: Platform) => repliesOf(platform) === "thread";
  const threadOf = (platform: Platform) => (canThread(platform) ? (threads.get(platform) ?? []) : []);
  const shared = post.platforms.find(
    (platform) => canThread(platform) && post.variants[platform]?.content === undefined,
  );
  const parts = shared ? threadOf(shared) : [];
  for (const platform of post.platforms) {
    const variant = post.variants[platform];
    const thread = threadOf(platform);
    const hasOtherThread = canThread(platform) && JSON.stringify(thread) !== JSON.stringify(parts);
    if (variant?.content !== undefined || hasOtherThread) {
      own[platform] = { content: variant?.content ?? post.content, parts: thread };
    }
  }
  const words = { content: post.content, parts };
  const [firstComment = ""] = comments.values();
  const ownComments: Draft["ownComments"] = {};
  for (const platform of post.platforms) {
    const comment = comments.get(platform) ?? "";
    if (comment !== firstComment && hasComment({ words, own }, platform, repliesOf(platform)))
      ownComments[platform] = comment;
  }
  return {
    words,
    own,
    firstComment,
    ownComments,
    connectionIds: post.connectionIds,
    platforms: post.platforms,
    media: post.mediaUrls.map((url) => ({ url, alt: post.altTexts[url] ?? "" })),
    options,
    campaign: post.campaign ?? "",
    notes: post.notes ?? "",
    at: post.scheduledAtLocal?.slice(0, 16) ?? "",
    timezone: post.timezone,
    publishWithinSeconds: post.publishWithinSeconds,
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
export function wordsFor(draft: Pick<Draft, "own" | "words">, platform: Platform): Words {
  return draft.own[platform] ?? draft.words;
}

/**
 * Return the changes of the draft with another text for a platform. A platform whose text is that of all platforms has
 * none of its own. If it is the only one, its text is that of all.
 */
export function withWords(draft: Draft, platform: Platform, words: Words): Partial<Draft> {
  if (draft.platforms.length === 1 && !draft.own[platform]) return { words };
  const { [platform]: _, ...others } = draft.own;
  return { own: JSON.stringify(words) === JSON.stringify(draft.words) ? others : { ...others, [platform]: words } };
}

/** Return the text of the post. If only the platforms have texts, it is that of the first one: the API requires a text. */
export function contentOf({ platforms, own, words }: Pick<Draft, "platforms" | "own" | "words">): string {
  const [first] = platforms;
  if (words.content.trim() || !first || !platforms.every((platform) => own[platform])) return words.content;
  return own[first]?.content ?? "";
}

/** Return the first comment for a platform that has one. */
export function commentFor(draft: Draft, platform: Platform): string {
  return (draft.ownComments[platform] ?? draft.firstComment).trim();
}

/** The kind of replies that a platform allows after the first part. */
export type Replies = "thread" | "comment" | "none";

export type RepliesOf = (platform: Platform) => Replies;

/** Return whether a post has a first comment on a platform. It has none where it is a thread. */
export function hasComment(draft: Pick<Draft, "own" | "words">, platform: Platform, replies: Replies): boolean {
  return replies === "comment" || (replies === "thread" && !wordsFor(draft, platform).parts.some(isWritten));
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
    const parts = words.parts.filter(isWritten);
    const replies = repliesOf(platform);
    const hasThread = replies === "thread" && parts.length > 0;
    const options = {
      ...draft.options[platform],
      ...(hasThread ? { thread: parts } : {}),
      ...(hasComment(draft, platform, replies) && commentFor(draft, platform)
        ? { firstComment: draft.ownComments[platform] ?? draft.firstComment }
        : {}),
    };
    if (Object.keys(options).length > 0) platformOptions[platform] = options;
    // A variant of a saved post may also have its own media, which this page does not change.
    const { content: _, ...media } = saved?.variants[platform] ?? {};
    const variant = { ...media, ...(draft.own[platform] ? { content: words.content } : {}) };
    if (Object.keys(variant).length > 0) variants[platform] = variant;
  }
  return {
    content: contentOf(draft),
    platforms: draft.platforms,
    connectionIds: draft.connectionIds,
    mediaUrls: draft.media.map(({ url }) => url),
    altTexts: Object.fromEntries(draft.media.filter(({ alt }) => alt.trim()).map(({ url, alt }) => [url, alt])),
    platformOptions,
    variants,
    campaign: draft.campaign.trim() || null,
    notes: draft.notes.trim() || null,
    timezone: draft.timezone,
    publishWithinSeconds: draft.publishWithinSeconds,
    approvalRequired: draft.approvalRequired,
  };
}
