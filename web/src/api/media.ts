import { queryOptions, type UseQueryResult, useQueries } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./schema";

type MediaItem = components["schemas"]["MediaItem"];

export type MediaKind = "image" | "video";

const IN_LIBRARY = "media:";
const VALID_MS = 600_000;

/** Return the id of a media item, or `null` if the address of the media is not in the media library. */
export function mediaId(url: string): string | null {
  return url.startsWith(IN_LIBRARY) ? url.slice(IN_LIBRARY.length) : null;
}

/** The query for a media item of the library. */
export const mediaQuery = (id: string | null) =>
  queryOptions({
    queryKey: ["media", id],
    queryFn: async () => {
      const { media } = await body(api.GET("/api/social/media", { params: { query: { mediaId: id ?? "" } } }));
      return "id" in media ? media : null;
    },
    enabled: id !== null,
    staleTime: VALID_MS,
  });

/** Return the kind of the media at an address: that of its item in the library, or that of its ending, or `null`. */
export function kindOf(url: string, item: Pick<MediaItem, "contentType"> | null | undefined): MediaKind | null {
  if (mediaId(url) !== null) return item ? (item.contentType.startsWith("video/") ? "video" : "image") : null;
  const path = url.split(/[?#]/)[0] ?? "";
  if (/\.(mp4|m4v|mov|webm)$/i.test(path)) return "video";
  return /\.(avif|gif|heic|heif|jpe?g|png|webp)$/i.test(path) ? "image" : null;
}

/** Return the kinds of several media, each `null` if it is not known. */
export function useMediaKinds(urls: readonly string[]): ReadonlyMap<string, MediaKind | null> {
  const found = useQueries({ queries: urls.map((url) => mediaQuery(mediaId(url))) }) as UseQueryResult<MediaItem>[];
  return new Map(urls.map((url, index) => [url, kindOf(url, found[index]?.data)]));
}
