import type { Platform } from "../api/types";
import { readable } from "../post/failureReason";
import type { Face } from "../ui/Dial";
import { isolated } from "./isolated";
import { PLATFORMS } from "./platforms";

interface Data {
  platform?: Platform;
  reason?: string;
  failureReason?: string;
  /** Of a published post: whether a person cancelled the rest. */
  partial?: boolean;
}

const on = ({ platform }: Data) => (platform ? PLATFORMS[platform].name : "the platform");

const quoted = (words: string) => `“${isolated(words)}”`;

/**
 * The messages about events elsewhere while the page is open, keyed by the type of the event. `words`: the first words of
 * the post, or `null` if they are not known. `canWrite`: the person may take the next step.
 */
export const LIVE: Record<
  string,
  (data: Data, words: string | null, canWrite: boolean) => { face: Face; text: string }
> = {
  "post.published": ({ partial }, words) => ({
    face: "published",
    text: `${words ? quoted(words) : "A post"} was published${partial ? ", except for the cancelled rest" : ""}.`,
  }),
  "post.failed": ({ failureReason }, words, canWrite) => ({
    face: "failed",
    text: failureReason
      ? `${words ? `${quoted(words)}: ` : ""}${readable(failureReason, canWrite)}`
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
