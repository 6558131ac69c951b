import type { MediaKind } from "../api/media";
import type { Platform } from "../api/types";

/** What a post must have so that an option applies to it. See docs/platforms.md. */
type Need = "image" | "video" | "media" | "no media" | "reel" | "no story";

const NEEDS: Partial<Record<Platform, Record<string, Need>>> = {
  instagram: {
    shareToFeed: "reel",
    coverUrl: "reel",
    thumbOffset: "reel",
    trialReel: "reel",
    collaborators: "no story",
    locationId: "no story",
  },
  facebook: { link: "no media", title: "video" },
  linkedin: { title: "media" },
  x: { quoteTweetId: "no media" },
  tiktok: {
    title: "image",
    coverIndex: "image",
    autoAddMusic: "image",
    coverTimestampMs: "video",
    disableDuet: "video",
    disableStitch: "video",
    aiGenerated: "video",
  },
  threads: { linkAttachment: "no media" },
  mastodon: { sensitive: "media" },
  pinterest: { coverImageUrl: "video", coverKeyFrameTime: "video" },
};

/** The media of a post on a platform, each `null` if its kind is not known, and the `type` that the post has there. */
export interface Kind {
  media: readonly (MediaKind | null)[];
  type: unknown;
}

/** Return whether an option applies to a post. Media of an unknown kind may be an image or a video. */
export function isOffered(platform: Platform, option: string, { media, type }: Kind): boolean {
  switch (NEEDS[platform]?.[option]) {
    case "image":
      return media.some((kind) => kind !== "video");
    case "video":
      return media.some((kind) => kind !== "image");
    case "media":
      return media.length > 0;
    case "no media":
      return media.length === 0;
    case "reel":
      return type === "reel" || (type !== "story" && media.some((kind) => kind !== "image"));
    case "no story":
      return type !== "story";
    default:
      return true;
  }
}

/** Return the kinds of media with which a post has more options than these. */
export function kindsWithMore(platform: Platform, hidden: readonly string[], { type }: Kind): MediaKind[] {
  const kinds: MediaKind[] = ["image", "video"];
  return kinds.filter((kind) => hidden.some((option) => isOffered(platform, option, { media: [kind], type })));
}
