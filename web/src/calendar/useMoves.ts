import type { ZonedDateTime } from "@internationalized/date";
import { useCallback, useRef } from "react";
import { lostFor } from "../api/access";
import { type Entry, useMove } from "../api/calendar";
import { ApiError } from "../api/client";
import { useDestinations } from "../api/connections";
import { movedMessage } from "../post/movedMessage";
import { closeNeighbours, toastNeighbours } from "../post/neighbourToasts";
import { toastNotUndone } from "../post/notUndone";
import { useApprove } from "../post/useApprove";
import { CALENDAR } from "../strings/calendar";
import { momentOf } from "../time/format";
import { aboutPost } from "../ui/messages";
import { sentenceOf } from "../ui/Problem";
import { toast } from "../ui/Toasts";
import { useLanding } from "./landing";

/**
 * Return the functions that move a post of the calendar, and that put a lifted post back. After each, the post has the
 * focus, and a message says where it is.
 */
export function useMoves(
  entries: readonly Entry[],
  zone: string,
  /** Returns the address that shows an instant, or `null` if the open view shows it. */
  hrefOf: (instant: string) => string | null,
): { move: (entry: Entry, target: ZonedDateTime) => void; putBack: (entry: Entry) => void } {
  const land = useLanding(entries, zone);
  const latestHref = useRef(hrefOf);
  latestHref.current = hrefOf;
  const destinations = useDestinations();
  const latestDestinations = useRef(destinations);
  latestDestinations.current = destinations;
  const putBack = useCallback(({ id, scheduledAt }: Entry) => land({ id, scheduledAt, from: scheduledAt }), [land]);
  const approve = useApprove();
  const { mutate } = useMove(
    (entry, error, isUndo) => {
      putBack(entry);
      if (isUndo) return void toastNotUndone(error, entry, zone, aboutPost(entry.id));
      toast({
        face: "failed",
        text: refusalOf(error, momentOf(entry.scheduledAt, zone)),
        ...aboutPost(entry.id),
      });
    },
    (entry, { post, warnings }, isUndo) => {
      const scheduledAt = post.scheduledAt ?? entry.scheduledAt;
      const onUndo = () => {
        land({ id: entry.id, scheduledAt: entry.scheduledAt, from: scheduledAt });
        closeNeighbours(entry.id);
        mutate({
          entry: { ...entry, scheduledAt, version: post.version },
          scheduledAt: entry.scheduledAt,
          isUndo: true,
        });
      };
      const href = latestHref.current(scheduledAt);
      const lost = lostFor(post, latestDestinations.current ?? []);
      toast(movedMessage(post, entry, { zone, now: new Date(), href, lost, onUndo: isUndo ? null : onUndo, approve }));
      // The earlier place of a post is no news.
      if (!isUndo) toastNeighbours(entry.id, warnings, zone);
    },
  );
  const move = useCallback(
    (entry: Entry, target: ZonedDateTime) => {
      const scheduledAt = target.toAbsoluteString();
      if (scheduledAt === entry.scheduledAt) return putBack(entry);
      if (target.toDate().getTime() < Date.now()) {
        putBack(entry);
        return toast({ face: "failed", text: CALENDAR.move.past, about: entry.id });
      }
      land({ id: entry.id, scheduledAt, from: entry.scheduledAt });
      mutate({ entry, scheduledAt });
    },
    [land, putBack, mutate],
  );
  return { move, putBack };
}

/** Return why a move was refused, and the time of the post, unless somebody else may have changed this time. */
function refusalOf(error: unknown, time: string): string {
  const isChanged = error instanceof ApiError && error.code === "version_conflict";
  return isChanged ? sentenceOf(error) : CALENDAR.move.movedBack(time, sentenceOf(error));
}
