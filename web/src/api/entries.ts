import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Entry } from "./calendar";
import { api, body } from "./client";
import type { PostStatus } from "./types";

/** A period of `posts/calendar`. */
export interface Period {
  from: string;
  to: string;
}

const TYPING_PAUSE = 400;

/**
 * Return all posts with one of the statuses in the periods, a moment after the person has stopped typing. It is
 * `undefined` until the posts of exactly these periods are known.
 */
export function useEntriesIn(periods: readonly Period[], statuses: readonly PostStatus[]): Entry[] | undefined {
  const wanted = JSON.stringify(periods);
  const [settled, setSettled] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), TYPING_PAUSE);
    return () => clearTimeout(timer);
  }, [wanted]);
  const status = statuses.join();
  const { data } = useQuery({
    enabled: settled === wanted && periods.length > 0,
    queryKey: ["posts", "periods", wanted, status],
    queryFn: async ({ signal }) =>
      (await Promise.all(periods.map((period) => entriesIn(period, status, signal)))).flat(),
  });
  return data;
}

async function entriesIn(period: Period, status: string, signal: AbortSignal): Promise<Entry[]> {
  const entries: Entry[] = [];
  let cursor: string | null = null;
  do {
    const query: Period & { status: string; cursor?: string } = { ...period, status, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET("/api/social/posts/calendar", { params: { query }, signal }));
    entries.push(...page.entries);
    cursor = page.pagination.nextCursor;
  } while (cursor);
  return entries;
}
