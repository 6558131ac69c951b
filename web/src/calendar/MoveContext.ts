import type { CalendarDate, ZonedDateTime } from "@internationalized/date";
import { createContext, useCallback, useContext } from "react";
import type { Entry } from "../api/calendar";
import type { Destination } from "../api/destinations";
import type { Pause } from "../api/queue";
import type { Post } from "../api/types";
import type { AccountNames } from "../posts/accountNames";
import { useMe } from "../session/Session";
import { type Look, lookOf, lookOfPost, withLost, withPauses } from "../strings/states";
import { type Notable, notableState } from "./priority";

/** A post that was lifted with the keyboard, and where it would be dropped. */
export interface Lifted {
  entry: Entry;
  target: ZonedDateTime;
}

/** The functions that move posts in the calendar: by dragging, by lifting with the keyboard, or with a dialog. */
export interface Moving {
  canMove: (entry: Entry) => boolean;
  lift: (entry: Entry) => void;
  ask: (entry: Entry) => void;
  /** Remembers the post that is dragged, because the browser hides it until it is dropped. */
  drag: (entry: Entry) => void;
  /** Returns where the dragged post would land: on a day, at its own time if no other is given. */
  aim: (day: CalendarDate, time?: TimeOfDay) => ZonedDateTime | null;
  drop: (id: string, day: CalendarDate, time?: TimeOfDay) => void;
}

/** A time of a day in the zone of the calendar. */
export interface TimeOfDay {
  hour: number;
  minute: number;
}

/** The addresses of the thumbnails of the shown posts. Each key is the id of a media item. */
export const ThumbnailContext = createContext<ReadonlyMap<string, string>>(new Map());

/** What can prevent or delay the publishing of the owner's posts. */
export interface Obstacles {
  /** Finds the places on which a post will fail because there is no access to the account, or `null` if unknown. */
  lostFor: (entry: Entry) => readonly Destination[] | null;
  pauses: readonly Pause[];
}

export const ObstaclesContext = createContext<Obstacles>({ lostFor: () => null, pauses: [] });

/** The function that finds the accounts of a post, on the platforms on which the owner has several. */
export const AccountsContext = createContext<(entry: Entry) => AccountNames>(() => new Map());

/** The posts of which the calendar says more than an entry does, such as their publications. Each key is an id. */
export const PostsContext = createContext<ReadonlyMap<string, Post>>(new Map());

/** Return the function that finds the post of an entry, if it is loaded and in the same state. */
export function usePostOf(): (entry: Entry) => Post | undefined {
  const posts = useContext(PostsContext);
  return useCallback(
    ({ id, version, status }) => {
      const post = posts.get(id);
      return post?.version === version && post.status === status ? post : undefined;
    },
    [posts],
  );
}

/** Return the function that finds the look of a post. */
export function useLook(): (entry: Entry) => Look {
  const { lostFor, pauses } = useContext(ObstaclesContext);
  const postOf = usePostOf();
  return useCallback(
    (entry) => {
      const [post, lost] = [postOf(entry), lostFor(entry)];
      return post
        ? withPauses(lookOfPost(post, lost), post, pauses)
        : withPauses(withLost(lookOf(entry, entry.publicationStates), lost), entry, pauses);
    },
    [lostFor, pauses, postOf],
  );
}

/** Return the function that finds the state which a day names even where it hides the post. */
export function useNotableState(): (entry: Entry) => Notable | null {
  const { scopes } = useMe();
  const lookOf = useLook();
  return useCallback((entry) => notableState(entry, lookOf(entry).face, scopes), [lookOf, scopes]);
}

export const MoveContext = createContext<Moving | null>(null);

/** Return how the calendar moves posts. */
export function useMoving(): Moving {
  const moving = useContext(MoveContext);
  if (!moving) throw new Error("useMoving is used outside the calendar.");
  return moving;
}

/** The type under which a dragged chip carries the id of its post. */
export const DRAGGED = "application/x-minutehand-post";
