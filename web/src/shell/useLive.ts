import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ApiError, api, body } from "../api/client";
import type { Platform } from "../api/types";
import { useMe } from "../session/Session";
import { LIVE } from "../strings/live";
import { SHELL } from "../strings/shell";
import { aboutPost, MAX_SHOWN, type Message } from "../ui/messages";
import { toast } from "../ui/Toasts";
import { firstWordsOf } from "./firstWords";

interface FeedEvent {
  type: string;
  postId: string | null;
  data: { platform?: Platform; reason?: string; failureReason?: string; partial?: boolean };
}

interface Page {
  events: FeedEvent[];
  pagination: { nextCursor: string; hasMore: boolean };
}

interface Awaited {
  status: string;
  approvalStatus?: string | null;
}

const BUSY_SECONDS = 3;
const CALM_SECONDS = 30;
const RESTART = ["cursor_expired", "cursor_ahead"];

/**
 * Follow the events of the owner while the tab is visible, so that the page shows new states without a reload.
 *
 * The feed is read every three seconds while a post is queued or the view of a post waits for an approval, and every
 * thirty seconds otherwise.
 */
export function useLive(): void {
  const queries = useQueryClient();
  const canWrite = useMe().scopes.includes("write");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let after: string = "latest";
    let isStopped = false;
    let isReading = false;
    let lastRead = 0;
    let isSaved = false;

    const read = async (): Promise<void> => {
      let hasMore = true;
      while (hasMore && !isStopped) {
        const page: Page = await body(api.GET("/api/social/events", { params: { query: { after } } }));
        after = page.pagination.nextCursor;
        hasMore = page.pagination.hasMore;
        if (page.events.length > 0) await show(page.events);
      }
    };
    const show = async (events: FeedEvent[]) => {
      const told = events.filter(({ type }) => type in LIVE);
      for (const event of told) {
        // A page that is seen again loads its lists at the same time, and they may not have the post any longer.
        const words = await firstWordsOf(event.postId, queries, told.length <= MAX_SHOWN);
        const message = LIVE[event.type]?.(event.data, words, canWrite);
        if (message && !isStopped) toast({ ...message, ...subjectOf(event) });
      }
      if (events.some(({ type }) => type.startsWith("connection."))) {
        void queries.invalidateQueries({ queryKey: ["connections"] });
      }
      if (events.some(({ postId }) => postId)) void queries.invalidateQueries({ queryKey: ["posts"] });
    };
    const awaited = () =>
      queries
        .getQueryCache()
        .findAll({ queryKey: ["posts"], type: "active" })
        .filter(({ state }) => isAwaited(state.data));
    const isBusy = () => isSaved || awaited().length > 0;
    /** Load again what may have changed after it was loaded and before the feed began, which brings no event. */
    const loadAwaited = () => {
      for (const { queryKey } of awaited()) void queries.invalidateQueries({ queryKey, exact: true });
    };
    const plan = () => {
      clearTimeout(timer);
      if (isStopped || isReading) return;
      const next = lastRead + (isBusy() ? BUSY_SECONDS : CALM_SECONDS) * 1000;
      timer = setTimeout(loop, Math.max(0, next - Date.now()));
    };
    const loop = async () => {
      if (isReading) return;
      isReading = true;
      isSaved = false;
      if (document.visibilityState === "visible" && navigator.onLine) {
        const isFirst = after === "latest";
        try {
          await read();
          if (isFirst) loadAwaited();
        } catch (error) {
          if (error instanceof ApiError && RESTART.includes(error.code)) {
            after = "latest";
            void queries.invalidateQueries();
          }
        }
      }
      isReading = false;
      lastRead = Date.now();
      plan();
    };
    const wake = () => {
      if (document.visibilityState === "visible") void loop();
    };
    // A loaded post may be queued, and so may a post that the person has just saved or moved.
    const unsubscribeQueries = queries.getQueryCache().subscribe((event) => {
      if (event.type === "updated" && event.action.type === "success" && event.query.queryKey[0] === "posts") plan();
    });
    const unsubscribeMutations = queries.getMutationCache().subscribe(({ type, mutation }) => {
      if (type !== "updated" || mutation?.state.status !== "success") return;
      isSaved = true;
      plan();
    });

    document.addEventListener("visibilitychange", wake);
    window.addEventListener("online", wake);
    void loop();
    return () => {
      isStopped = true;
      clearTimeout(timer);
      unsubscribeQueries();
      unsubscribeMutations();
      document.removeEventListener("visibilitychange", wake);
      window.removeEventListener("online", wake);
    };
  }, [queries, canWrite]);
}

/** Return what an event is about, and the link to the view that shows more. */
function subjectOf({ type, postId, data: { platform } }: FeedEvent): Partial<Message> {
  if (postId) return aboutPost(postId);
  if (!type.startsWith("connection.")) return {};
  return { about: `connections ${platform}`, href: "/connections", linkText: SHELL.showConnections };
}

/** Return whether a loaded post, list or calendar has a queued post, or is the only post and waits for an approval. */
function isAwaited(data: unknown): boolean {
  const { post, pages } = (data ?? {}) as {
    post?: Awaited;
    pages?: { posts?: Awaited[]; entries?: Awaited[] }[];
  };
  if (post?.approvalStatus === "pending") return true;
  const posts = [...(post ? [post] : []), ...(pages ?? []).flatMap((page) => page.posts ?? page.entries ?? [])];
  return posts.some(({ status }) => status === "queued");
}
