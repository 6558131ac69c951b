import type { Destination } from "../api/destinations";
import type { Part, Platform, Post } from "../api/types";
import type { MediaItem } from "../composer/draft";

/** One post of a thread, with its media. */
export interface PublishedPart {
  content: string;
  media: MediaItem[];
}

/** What a post publishes on one or several platforms: a text, the further parts of its thread, and a first comment. */
export interface PublishedText {
  platforms: Platform[];
  parts: [PublishedPart, ...PublishedPart[]];
  firstComment: string | null;
}

/** Return what the post publishes. Platforms on which it publishes the same are together. */
export function textsOf(post: Post): PublishedText[] {
  if (post.platforms.length === 0) return [{ platforms: [], parts: [firstPart(post)], firstComment: null }];
  const texts = new Map<string, PublishedText>();
  for (const platform of post.platforms) {
    const { thread, firstComment } = post.platformOptions[platform] ?? {};
    const further = Array.isArray(thread) ? thread.map(partOf) : [];
    const text: PublishedText = {
      platforms: [platform],
      parts: [firstPart(post, platform), ...further],
      firstComment: typeof firstComment === "string" && firstComment ? firstComment : null,
    };
    const key = JSON.stringify([text.parts, text.firstComment]);
    const same = texts.get(key);
    if (same) same.platforms.push(platform);
    else texts.set(key, text);
  }
  return [...texts.values()];
}

/** Return the connections on which the post is or was published on a platform. */
export function connectionsOf(post: Post, platform: Platform, connections: readonly Destination[]): Destination[] {
  const of = connections.filter((each) => each.platform === platform);
  const used = new Set([...post.connectionIds, ...post.publications.map(({ connectionId }) => connectionId)]);
  const named = of.filter(({ id }) => used.has(id));
  return named.length > 0 ? named : of.filter(({ isDefault }) => isDefault);
}

function firstPart(post: Post, platform?: Platform): PublishedPart {
  const { content, mediaUrls, altTexts } = (platform && post.variants[platform]) || {};
  return {
    content: content ?? post.content,
    media: mediaOf(mediaUrls ?? post.mediaUrls, { ...post.altTexts, ...altTexts }),
  };
}

function partOf(part: unknown): PublishedPart {
  if (typeof part === "string") return { content: part, media: [] };
  const { content, mediaUrls, altTexts } = part as Part;
  return { content, media: mediaOf(mediaUrls ?? [], altTexts ?? {}) };
}

function mediaOf(urls: readonly string[], altTexts: Record<string, string>): MediaItem[] {
  return urls.map((url) => ({ url, alt: altTexts[url] ?? "" }));
}
