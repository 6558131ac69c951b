import type { Platform } from "../api/types";

/** The name of each platform as people write it, and the monogram on its tile. */
export const PLATFORMS: Record<Platform, { name: string; monogram: string }> = {
  bluesky: { name: "Bluesky", monogram: "Bs" },
  facebook: { name: "Facebook", monogram: "Fb" },
  instagram: { name: "Instagram", monogram: "Ig" },
  linkedin: { name: "LinkedIn", monogram: "Li" },
  mastodon: { name: "Mastodon", monogram: "Ma" },
  pinterest: { name: "Pinterest", monogram: "Pi" },
  threads: { name: "Threads", monogram: "Th" },
  tiktok: { name: "TikTok", monogram: "Tk" },
  x: { name: "X", monogram: "X" },
  youtube: { name: "YouTube", monogram: "Yt" },
};

/** Return the names of platforms as a list in a sentence, such as "Bluesky, Mastodon and X". */
export function namesOf(platforms: readonly Platform[]): string {
  return new Intl.ListFormat("en-GB").format(platforms.map((platform) => PLATFORMS[platform].name));
}
