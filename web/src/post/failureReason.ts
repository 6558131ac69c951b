import type { Destination } from "../api/destinations";
import type { Post, Publication } from "../api/types";
import { ACCESS } from "../strings/access";
import { PLATFORMS } from "../strings/platforms";
import { POST } from "../strings/post";

/** The reason of a publication in words for people, and the address of another post that it names. */
export interface FailureReason {
  text: string;
  address: string | null;
}

/**
 * The steps that a person has after a refusal without a reason: to change the post or try again, only to change it where no
 * button to try again is next to the reason, or none without the permission.
 */
export type Advice = "retry" | "change" | "none";

type Failed = Pick<Publication, "platform" | "connectionId" | "state" | "failureCode" | "failureReason">;

/** The reasons that may name the address of another post, in brackets. Only Minutehand writes these sentences. */
const NAME_A_POST: readonly (string | null)[] = ["duplicate", "outcome_unknown"];
const ADDRESS = / \((https:\/\/[^\s()]+)\)/;

/** A refusal that ends with the number of an HTTP status, not with a reason. */
const WITHOUT_REASON = /: (?:error|http)(?: error| status)? \d{3}\.?$/i;

/** The step after a failure without access to the account, in the sentences of Minutehand. */
const CONNECT_AGAIN = "Connect the account again.";
/** A sentence of Minutehand that asks to retry the post. On the page, this step is a button. */
const RETRY = /(?<=[.!?])\s+(?:Retry the post(?: later)?|To publish it, retry the post)\.(?=\s|$)/g;
/** A sentence of Minutehand that asks to connect an account. Only some people can do that. */
const CONNECT = /(?<=[.!?])\s+Connect (?:the account|it|one)\b[^.]*\.(?=\s|$)/g;

/** Return the reason of a failure without a working connection, with the name of the account, or `null` for another. */
function accessReasonOf({ state, failureCode, failureReason }: Failed, account: Destination, advice: Advice) {
  if (failureCode === "not_connected") {
    // An account that may have published the post needs a check before anything else.
    const canDuplicate = account.health === "gone" && state === "failed" && advice !== "none";
    return `${ACCESS.wasMissing(account)}${canDuplicate ? ` ${ACCESS.connectOrDuplicate}` : ""}`;
  }
  if (failureCode === "reconnect_required" && failureReason?.endsWith(CONNECT_AGAIN)) {
    const cause = failureReason.slice(0, -CONNECT_AGAIN.length);
    return advice === "none" ? cause.trimEnd() : cause + ACCESS.connectAgain(account);
  }
  return null;
}

/**
 * Return the reason of a publication: without an address, with the name of the account if there is no access to it, and
 * with the next step if the platform gave no reason.
 *
 * @param accounts the places of the owner's posts, as far as they are known
 */
export function failureReasonOf(failed: Failed, advice: Advice, accounts: readonly Destination[]): FailureReason {
  const { platform, connectionId, failureCode, failureReason } = failed;
  const reason = failureReason ?? "";
  const account = accounts.find(({ id, handle }) => id === connectionId && handle);
  const access = account && accessReasonOf(failed, account, advice);
  if (access) return { text: access, address: null };
  const address = NAME_A_POST.includes(failureCode) ? (ADDRESS.exec(reason)?.[1] ?? null) : null;
  if (address) return { text: reason.replace(ADDRESS, ""), address };
  const hasNoReason = failureCode === "refused" && WITHOUT_REASON.test(reason);
  if (hasNoReason) return { text: `${reason} ${POST.noReason(PLATFORMS[platform].name, advice)}`, address: null };
  return { text: readable(reason, advice !== "none"), address: null };
}

/**
 * Return a sentence of Minutehand without the step to retry the post, which is a button on the page, and without the step
 * to connect an account for a person who cannot take it.
 */
export function readable(sentence: string, canConnect: boolean): string {
  const text = sentence.replace(RETRY, "").replace(/, then retry the post\.(?=\s|$)/g, ".");
  return canConnect ? text : text.replace(CONNECT, "");
}

/** Return why publications of a queued post wait for another attempt. Equal reasons are one. */
export function waitReasonsOf({ publications }: Pick<Post, "publications">): string[] {
  const waiting = publications.filter(({ state, failureReason }) => state === "queued" && failureReason);
  return [...new Set(waiting.map((each) => failureReasonOf(each, "none", []).text))];
}

/** Return the failures of a post in a list, with the reason of each publication in words for people. */
export function readableFailures(
  failures: string,
  { publications }: Pick<Post, "publications">,
  advice: Advice,
  accounts: readonly Destination[],
): string {
  return publications.reduce(
    (text, publication) =>
      publication.failureReason
        ? text.replace(publication.failureReason, () => failureReasonOf(publication, advice, accounts).text)
        : text,
    failures,
  );
}
