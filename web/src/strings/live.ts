import type { Platform } from "../api/types";
import { withoutStep } from "../post/failureReason";
import type { Face } from "../ui/Dial";
import { isolated } from "./isolated";
import { PLATFORMS } from "./platforms";

interface Data {
  platform?: Platform;
  reason?: string;
  failureReason?: string;
}

const on = ({ platform }: Data) => (platform ? PLATFORMS[platform].name : "the platform");

/** The beginning of the failure reason of a post without failed publications: a person cancelled the open ones. */
const CANCELLED = /^(?:Cancelled before it was published|Published in part, then cancelled)/;

const quoted = (words: string) => `“${isolated(words)}”`;

/**
 * The messages about events elsewhere while the page is open, keyed by the type of the event. `words`: the first words of
 * the post, or `null` if they are not known. `canWrite`: the person may take the next step.
 */
export const LIVE: Record<
  string,
  (data: Data, words: string | null, canWrite: boolean) => { face: Face; text: string }
> = {
  "post.published": (_, words) => ({ face: "published", text: `${words ? quoted(words) : "A post"} was published.` }),
  "post.failed": ({ failureReason }, words, canWrite) => ({
    face: CANCELLED.test(failureReason ?? "") ? "caution" : "failed",
    text: failureReason
      ? `${words ? `${quoted(words)}: ` : ""}${canWrite ? failureReason : withoutStep(failureReason)}`
      : `${words ? quoted(words) : "A post"} could not be published.`,
  }),
  "publication.unknown": (data, words) => ({
    face: "unknown",
    text: `We could not confirm whether ${words ? quoted(words) : "a post"} was published on ${on(data)}. Check the account.`,
  }),
  "connection.connected": (data) => ({ face: "published", text: `An account on ${on(data)} was connected.` }),
  "connection.reconnect_required": (data, _, canWrite) => ({
    face: "failed",
    text: `${on(data)} no longer accepts a connection.${canWrite ? " Reconnect the account." : ""}`,
  }),
};
