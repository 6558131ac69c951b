import { connectionsOf } from "../api/access";
import type { Entry } from "../api/calendar";
import type { Destination } from "../api/destinations";
import type { Period } from "../api/entries";
import type { Platform, Post, PostStatus } from "../api/types";
import { type AccountNames, accountNames } from "./accountNames";
import type { Move } from "./shift";

/** The other post that is nearest to the new time of a post, on one of the same accounts at least. */
export interface MoveNeighbour {
  /** How many minutes later the other post is. A negative number is earlier. */
  minutes: number;
  platforms: Platform[];
  /** The names of the same accounts, where the platform does not say which account it is. */
  accounts: AccountNames;
}

/** The statuses of the posts that the API compares with a post for its warning `close_to_another`. */
export const COMPARED: readonly PostStatus[] = ["scheduled", "queued", "published"];

const MINUTE = 60_000;
const DAY = 86_400_000;
/** The maximum number of days of a period of `posts/calendar`. */
const MAX_DAYS = 62;

/** A post at its time after the move. */
interface Placed {
  id: string;
  time: number;
  /** Its time before the move, if it moves. */
  earlier: number | null;
  places: readonly Destination[];
}

/**
 * Return the nearest neighbour of each post that would be closer to another post than the owner's spacing, by the id of the
 * post. Two posts that both move are not neighbours, unless the move brings them closer, as a change of the clocks can.
 *
 * @param entries the posts around the new times
 * @param spacing the owner's minimum interval in minutes, or 0 for no warnings
 */
export function moveNeighbours(
  moves: readonly Move[],
  entries: readonly Entry[],
  spacing: number,
  destinations: readonly Destination[],
): ReadonlyMap<string, MoveNeighbour> {
  const moving = moves.map(({ post, from, to }): Placed => {
    const publicationConnectionIds = post.publications.flatMap(({ state, connectionId }) =>
      connectionId && (state === "published" || state === "unknown") ? [connectionId] : [],
    );
    const places = placesOf({ ...post, publicationConnectionIds }, destinations);
    return { id: post.id, time: Date.parse(to), earlier: Date.parse(from), places };
  });
  const ids = new Set(moving.map(({ id }) => id));
  const staying = entries
    .filter(({ id, status }) => !ids.has(id) && COMPARED.includes(status))
    .map((entry): Placed => {
      const places = placesOf(entry, destinations);
      return { id: entry.id, time: Date.parse(entry.scheduledAt), earlier: null, places };
    });
  const others = [...staying, ...moving];
  const found = new Map<string, MoveNeighbour>();
  for (const post of moving) {
    const [nearest] = others
      .filter(
        (other) => distanceOf(post, other) < spacing * MINUTE && isCloser(post, other) && shared(post, other).length,
      )
      .toSorted((one, other) => distanceOf(post, one) - distanceOf(post, other));
    if (nearest) found.set(post.id, neighbourOf(post, nearest, destinations));
  }
  return found;
}

/**
 * Return the fewest periods of whole days with all posts that may be too close to a time. With whole days, a change of
 * some minutes rarely needs another request.
 */
export function periodsAround(times: readonly string[], spacing: number): Period[] {
  const periods: { first: number; end: number }[] = [];
  for (const time of times.map((each) => Date.parse(each)).toSorted((one, other) => one - other)) {
    const first = Math.floor((time - spacing * MINUTE) / DAY);
    const end = Math.floor((time + spacing * MINUTE) / DAY) + 1;
    const last = periods.at(-1);
    if (last && end - last.first <= MAX_DAYS) last.end = end;
    else periods.push({ first, end });
  }
  return periods.map(({ first, end }) => ({ from: instantOf(first), to: instantOf(end) }));
}

const instantOf = (day: number) => new Date(day * DAY).toISOString();

function distanceOf(one: Pick<Placed, "time">, other: Pick<Placed, "time">): number {
  return Math.abs(one.time - other.time);
}

/** Return whether a move brings a post closer to another one. A post that stays is compared at its new time only. */
function isCloser(post: Placed, other: Placed): boolean {
  if (post.earlier === null || other.earlier === null) return true;
  return distanceOf(post, other) < Math.abs(post.earlier - other.earlier);
}

function shared(post: Placed, other: Placed): Destination[] {
  return post.places.filter(({ id }) => other.places.some((each) => each.id === id));
}

function neighbourOf(post: Placed, other: Placed, destinations: readonly Destination[]): MoveNeighbour {
  const places = shared(post, other);
  const platforms = [...new Set(places.map(({ platform }) => platform))];
  return {
    // The times are shown without seconds.
    minutes: Math.floor(other.time / MINUTE) - Math.floor(post.time / MINUTE),
    platforms,
    accounts: accountNames({ platforms, connectionIds: places.map(({ id }) => id), publications: [] }, destinations),
  };
}

type Sent = Pick<Post, "status" | "platforms" | "connectionIds"> & Pick<Entry, "publicationConnectionIds">;

/**
 * Return the accounts to which a post goes, or went, as the API finds them: those that it names and, on the other
 * platforms, that of its publication or else the default one. A publication in the sandbox is on no account.
 */
function placesOf({ status, platforms, connectionIds, publicationConnectionIds }: Sent, all: readonly Destination[]) {
  const known = [...new Set([...connectionIds, ...publicationConnectionIds])];
  const places = connectionsOf({ platforms, connectionIds: known }, all).filter(({ health }) => health !== "none");
  return status === "published" ? places.filter(({ id }) => publicationConnectionIds.includes(id)) : places;
}
