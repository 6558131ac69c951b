import { useQuery } from "@tanstack/react-query";
import { api, body } from "./client";

const MAX_IDS = 50;
const VALID_MS = 600_000;

/** Return the addresses of the thumbnails of media items, at most fifty. Each key is the id of a media item. */
export function useThumbnails(ids: readonly string[]): ReadonlyMap<string, string> {
  const wanted = [...new Set(ids)].sort().slice(0, MAX_IDS);
  const found = useQuery({
    queryKey: ["media", "thumbnails", wanted],
    queryFn: async () => {
      const { media } = await body(api.GET("/api/social/media", { params: { query: { mediaIds: wanted.join(",") } } }));
      const items = Array.isArray(media) ? media : [media];
      return new Map(items.flatMap(({ id, thumbnailUrl }) => (thumbnailUrl ? [[id, thumbnailUrl] as const] : [])));
    },
    enabled: wanted.length > 0,
    staleTime: VALID_MS,
    placeholderData: (old) => old,
  });
  return found.data ?? NONE;
}

const NONE: ReadonlyMap<string, string> = new Map();
