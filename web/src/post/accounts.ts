import type { Platform, Post, Publication, PublicationState } from "../api/types";

type Part = Pick<Publication, "platform" | "connectionId" | "part" | "state">;

/** The state of a post on one account. */
export interface Account {
  platform: Platform;
  /** The first state of its parts in the order of what needs a person. An account is published when all its parts are. */
  state: PublicationState;
  /** Whether one of its parts is published, although others may not be. */
  hasPublishedPart: boolean;
}

/** The states of parts by urgency. */
const URGENCY: readonly PublicationState[] = [
  "unknown",
  "failed",
  "held",
  "publishing",
  "processing",
  "queued",
  "waiting",
  "published",
  "cancelled",
];

const keyOf = ({ platform, connectionId }: Pick<Part, "platform" | "connectionId">) => `${platform} ${connectionId}`;

/** Return the state of a post on each account, in the order of the publications. */
export function accountsOf(publications: readonly Part[]): Account[] {
  const accounts = new Map<string, Account>();
  for (const publication of publications) {
    const { platform, state } = publication;
    const other = accounts.get(keyOf(publication));
    const isUrgent = !other || URGENCY.indexOf(state) < URGENCY.indexOf(other.state);
    accounts.set(keyOf(publication), {
      platform,
      state: isUrgent ? state : other.state,
      hasPublishedPart: state === "published" || (other?.hasPublishedPart ?? false),
    });
  }
  return [...accounts.values()];
}

/** Return the platforms of the accounts with a state, each once. */
export function platformsWith(accounts: readonly Account[], state: PublicationState): Platform[] {
  return [...new Set(accounts.filter((account) => account.state === state).map(({ platform }) => platform))];
}

/** Return whether a post is published, except where a person cancelled it. */
export function isCancelledInPart(status: Post["status"], states: readonly PublicationState[]): boolean {
  return status === "published" && states.includes("cancelled");
}

/** Return the number of accounts on which the whole post is published. */
export function countPublished(accounts: readonly Account[]): number {
  return accounts.filter(({ state }) => state === "published").length;
}

/** The rank of all accounts that need no person. */
const CALM = URGENCY.indexOf("held");

/**
 * Return the publications by account, and those of an account by their parts. The accounts that need a person come first:
 * unknown, then failed.
 */
export function byUrgency<Each extends Part>(publications: readonly Each[]): Each[] {
  const rank = (key: string) =>
    Math.min(CALM, ...publications.filter((each) => keyOf(each) === key).map(({ state }) => URGENCY.indexOf(state)));
  return publications.toSorted(
    (one, other) =>
      rank(keyOf(one)) - rank(keyOf(other)) || keyOf(one).localeCompare(keyOf(other)) || one.part - other.part,
  );
}
