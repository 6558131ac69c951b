import type { Connection, Platform, Post, Publication } from "../api/types";
import { accountsOf, platformsWith } from "./accounts";

/**
 * What a person does about a failed post. The connection and the content belong to the account of a platform. `replace`: to
 * choose another account in a copy, or to connect the old one again.
 */
export type FailureStep =
  | { action: "check" | "edit" | "retry" }
  | { action: "connect" | "reconnect" | "replace"; platform: Platform };

/** The failure codes of refusals that only another content changes; see docs/api.md and the adapters. */
const REFUSALS: readonly (string | null)[] = [
  "invalid_content",
  "refused",
  "content_refused",
  "duplicate",
  "media_refused",
  "media_too_large",
  "media_failed",
  "media_not_found",
  "board_not_found",
  "reply_gone",
];

/** Return whether a publication failed without a working connection, and another try would not have one, either. */
export function lacksConnection(
  { failureCode, platform, connectionId }: Publication,
  { connectionIds }: Pick<Post, "connectionIds">,
  connections: readonly Connection[],
): boolean {
  if (failureCode !== "reconnect_required" && failureCode !== "not_connected") return false;
  const of = connections.filter((each) => each.platform === platform);
  const used = of.find(({ id }) => id === connectionId);
  // A post that names a connection does not go to another one.
  const isNamed = connectionId !== null && connectionIds.includes(connectionId);
  const next = used ?? (isNamed ? undefined : of.find(({ isDefault }) => isDefault));
  return !next || next.health === "reconnect_required";
}

/**
 * Return the main step about a publication that failed or is unknown. After a failure without a working connection,
 * another try helps only when there is one. `connections` are those of the owner, or `null` if they are not loaded.
 */
export function stepOf(
  publication: Publication,
  post: Pick<Post, "connectionIds">,
  connections: readonly Connection[] | null,
): FailureStep {
  const { state, failureCode, platform } = publication;
  if (state === "unknown") return { action: "check" };
  if (connections === null || lacksConnection(publication, post, connections)) {
    const isGone = !connections?.some(({ id }) => id === publication.connectionId);
    const hasOther = connections?.some((each) => each.platform === platform && each.health !== "reconnect_required");
    if (isGone && hasOther) return { action: "replace", platform };
    if (failureCode === "reconnect_required") return { action: "reconnect", platform };
    if (failureCode === "not_connected") return { action: "connect", platform };
  }
  return { action: REFUSALS.includes(failureCode) ? "edit" : "retry" };
}

const URGENCY: readonly FailureStep["action"][] = ["check", "reconnect", "connect", "replace", "edit", "retry"];

/**
 * Return the main step about a failed post, which may have failed differently on each account. An unknown publication
 * comes first, because the post can be sent again only after a person has checked the account.
 */
export function stepOfPost(
  post: Pick<Post, "publications" | "connectionIds">,
  connections: readonly Connection[] | null,
): FailureStep {
  const steps = post.publications
    .filter(({ state }) => state === "failed" || state === "unknown")
    .map((each) => stepOf(each, post, connections));
  for (const action of URGENCY) {
    const step = steps.find((each) => each.action === action);
    if (step) return step;
  }
  return { action: "retry" };
}

/**
 * Return the platforms on which a post failed, if it is published or may be published on others. A retry sends it only to
 * these. The list is empty if it failed everywhere.
 */
export function onlyFailed({ publications }: Pick<Post, "publications">): Platform[] {
  const accounts = accountsOf(publications);
  return accounts.every(({ state }) => state === "failed") ? [] : platformsWith(accounts, "failed");
}

/** Return the platforms to which another try sends a post: where it failed, and where it was cancelled. */
export function retryPlatforms({ publications }: Pick<Post, "publications">): Platform[] {
  const accounts = accountsOf(publications);
  return [...new Set([...platformsWith(accounts, "failed"), ...platformsWith(accounts, "cancelled")])];
}

/** Return the `retryPlatforms` of a post that is or may be public on others, and an empty list if it goes everywhere. */
export function onlyRetried(post: Pick<Post, "publications">): Platform[] {
  const isEverywhere = accountsOf(post.publications).every(({ state }) => state === "failed" || state === "cancelled");
  return isEverywhere ? [] : retryPlatforms(post);
}

/** Return the address of the composer with a copy of a post for the accounts on which it failed. */
export const copyForFailed = (postId: string) => `/posts/new?copy=${postId}&accounts=failed`;

/**
 * Split the reason of a failed post into the failures and the rest, which says where the post was published or
 * cancelled. The failures come first, in the sentences of the publications.
 */
export function splitReason({ failureReason, publications }: Pick<Post, "failureReason" | "publications">): {
  failures: string;
  rest: string;
} {
  const reason = failureReason ?? "";
  const ends = publications.flatMap(({ state, failureReason: sentence }) =>
    (state === "failed" || state === "unknown") && sentence && reason.includes(sentence)
      ? [reason.lastIndexOf(sentence) + sentence.length]
      : [],
  );
  const end = ends.length > 0 ? Math.max(...ends) : reason.length;
  return { failures: reason.slice(0, end), rest: reason.slice(end).trim() };
}
