import type { Platform } from "../api/types";
import type { Face } from "../ui/Dial";
import { isolated } from "./isolated";
import { PLATFORMS } from "./platforms";

interface Data {
  platform?: Platform;
  reason?: string;
  failureReason?: string;
}

const on = ({ platform }: Data) => (platform ? PLATFORMS[platform].name : "the platform");

const quoted = (words: string) => `“${isolated(words)}”`;

/**
 * The messages about events elsewhere while the page is open, keyed by the type of the event. `words`: the first words of
 * the post, or `null` if they are not known.
 */
export const LIVE: Record<string, (data: Data, words: string | null) => { face: Face; text: string }> = {
  "post.published": (_, words) => ({ face: "published", text: `${words ? quoted(words) : "A post"} was published.` }),
  "post.failed": ({ failureReason }, words) => ({
    face: "failed",
    text: failureReason
      ? `${words ? `${quoted(words)}: ` : ""}${failureReason}`
      : `${words ? quoted(words) : "A post"} could not be published.`,
  }),
  "publication.unknown": (data, words) => ({
    face: "unknown",
    text: `We could not confirm whether ${words ? quoted(words) : "a post"} was published on ${on(data)}. Check the account.`,
  }),
  "connection.connected": (data) => ({ face: "published", text: `An account on ${on(data)} was connected.` }),
  "connection.reconnect_required": (data) => ({
    face: "failed",
    text: `${on(data)} no longer accepts a connection. Reconnect the account.`,
  }),
};
