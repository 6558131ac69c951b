import type { Platform } from "../api/types";
import type { Face } from "../ui/Dial";
import { PLATFORMS } from "./platforms";

interface Data {
  platform?: Platform;
  reason?: string;
  failureReason?: string;
}

const on = ({ platform }: Data) => (platform ? PLATFORMS[platform].name : "the platform");

/** The messages about events elsewhere while the page is open, keyed by the type of the event. */
export const LIVE: Record<string, (data: Data) => { face: Face; text: string }> = {
  "post.published": () => ({ face: "published", text: "A post was published." }),
  "post.failed": ({ failureReason }) => ({ face: "failed", text: failureReason ?? "A post could not be published." }),
  "publication.unknown": (data) => ({
    face: "unknown",
    text: `We could not confirm whether a post was published on ${on(data)}. Check the account.`,
  }),
  "connection.connected": (data) => ({ face: "published", text: `An account on ${on(data)} was connected.` }),
  "connection.reconnect_required": (data) => ({
    face: "failed",
    text: `${on(data)} no longer accepts a connection. Reconnect the account.`,
  }),
};
