import type { Post, Publication } from "../api/types";
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

type Failed = Pick<Publication, "platform" | "failureCode" | "failureReason">;

/** The reasons that may name the address of another post, in brackets. Only Minutehand writes these sentences. */
const NAME_A_POST: readonly (string | null)[] = ["duplicate", "outcome_unknown"];
const ADDRESS = / \((https:\/\/[^\s()]+)\)/;

/** A refusal that ends with the number of an HTTP status, not with a reason. */
const WITHOUT_REASON = /: (?:error|http)(?: error| status)? \d{3}\.?$/i;

/**
 * Return the reason of a publication: without an address, and with the next step if the platform gave no reason.
 */
export function failureReasonOf({ platform, failureCode, failureReason }: Failed, advice: Advice): FailureReason {
  const reason = failureReason ?? "";
  const address = NAME_A_POST.includes(failureCode) ? (ADDRESS.exec(reason)?.[1] ?? null) : null;
  if (address) return { text: reason.replace(ADDRESS, ""), address };
  const hasNoReason = failureCode === "refused" && WITHOUT_REASON.test(reason);
  return {
    text: hasNoReason ? `${reason} ${POST.noReason(PLATFORMS[platform].name, advice)}` : reason,
    address: null,
  };
}

/** Return why publications of a queued post wait for another attempt. Equal reasons are one. */
export function waitReasonsOf({ publications }: Pick<Post, "publications">): string[] {
  const waiting = publications.filter(({ state, failureReason }) => state === "queued" && failureReason);
  return [...new Set(waiting.map((each) => failureReasonOf(each, "none").text))];
}

/** Return the failures of a post in a list, with the reason of each publication in words for people. */
export function readableFailures(
  failures: string,
  { publications }: Pick<Post, "publications">,
  advice: Advice,
): string {
  return publications.reduce(
    (text, publication) =>
      publication.failureReason
        ? text.replace(publication.failureReason, () => failureReasonOf(publication, advice).text)
        : text,
    failures,
  );
}
