import { connectionsOf, isLostAt } from "../api/access";
import { type Destination, isMissing } from "../api/destinations";
import type { Platform, Post } from "../api/types";
import { ACCESS } from "../strings/access";
import { COMPOSER } from "../strings/composer";
import type { WallClock } from "../time/wallClock";
import type { Draft } from "./draft";
import type { ComposerProblem } from "./problems";

type Accounts = Pick<Draft, "platforms" | "connectionIds">;

/** Return the chosen places on which the post would fail at its time, or now if it has no time. */
export function lostConnections(
  draft: Accounts,
  destinations: readonly Destination[],
  clock: WallClock,
): Destination[] {
  const time = "instant" in clock ? clock.instant : null;
  return connectionsOf(draft, destinations).filter((connection) => isLostAt(connection, time));
}

/** Return the sentence about places on which the post will fail, or `null` if there are none. */
export function failingSentence(lost: readonly Destination[], destinations: readonly Destination[]): string | null {
  const isOnly = (platform: Platform) => destinations.filter((each) => each.platform === platform).length === 1;
  return lost.length > 0 ? ACCESS.willFailHere(lost, isOnly) : null;
}

/**
 * Return the problems of accounts that are no longer connected. The API refuses them in a new post, and in a saved one whose
 * accounts change.
 */
export function refusedAccounts(
  draft: Accounts,
  saved: Accounts | undefined,
  destinations: readonly Destination[],
): ComposerProblem[] {
  if (saved && keepsAccounts(draft, saved)) return [];
  return goneIn(draft, destinations).map((connection) => ({
    section: "accounts",
    control: null,
    platform: connection.platform,
    message: COMPOSER.gone(connection),
    isRefused: true,
  }));
}

/** Return the ids of the chosen connections that still exist, which are those that the API validates. */
export function existingIds(draft: Accounts, destinations: readonly Destination[]): string[] {
  const gone = goneIn(draft, destinations).map(({ id }) => id);
  return draft.connectionIds.filter((id) => !gone.includes(id));
}

/** Return the accounts after one was chosen or removed. A chosen account replaces the missing one of its platform. */
export function withAccount(
  draft: Accounts,
  destinations: readonly Destination[],
  account: Destination,
  isChosen: boolean,
): Accounts {
  const chosen = connectionsOf(draft, destinations);
  const isReplaced = (each: Destination) =>
    isChosen && !isMissing(account) && isMissing(each) && each.platform === account.platform;
  const others = chosen.filter((each) => each.id !== account.id && !isReplaced(each));
  const rank = ({ id }: Destination) => destinations.findIndex((each) => each.id === id);
  const now = isChosen ? [...others, account].toSorted((one, other) => rank(one) - rank(other)) : others;
  const sandboxed = draft.platforms.filter((platform) => !chosen.some((each) => each.platform === platform));
  return {
    connectionIds: now.filter(({ health }) => health !== "none").map(({ id }) => id),
    platforms: [...new Set([...now.map(({ platform }) => platform), ...sandboxed])],
  };
}

/** Return the accounts after the sandbox of a platform was chosen or removed. */
export function withSandbox(
  draft: Accounts,
  destinations: readonly Destination[],
  platform: Platform,
  isChosen: boolean,
): Accounts {
  const there = connectionsOf(draft, destinations).filter((each) => each.platform === platform);
  const others = draft.platforms.filter((each) => each !== platform);
  return {
    connectionIds: draft.connectionIds.filter((id) => !there.some((each) => each.id === id)),
    platforms: isChosen ? [...others, platform] : others,
  };
}

function goneIn(draft: Accounts, destinations: readonly Destination[]): Destination[] {
  return connectionsOf(draft, destinations).filter(({ health }) => health === "gone");
}

function keepsAccounts(draft: Accounts, saved: Pick<Post, "platforms" | "connectionIds">): boolean {
  const isSame = (one: readonly string[], other: readonly string[]) =>
    one.length === other.length && one.every((each) => other.includes(each));
  return isSame(draft.connectionIds, saved.connectionIds) && isSame(draft.platforms, saved.platforms);
}
