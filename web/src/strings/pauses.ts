import type { Pause } from "../api/queue";
import { isolated } from "./isolated";
import { namesOf, PLATFORMS } from "./platforms";

const SUBJECTS: Record<Pause["scope"], string> = {
  all: "All publishing",
  platform: "Publishing on this platform",
  owner: "Publishing of all your posts",
  campaign: "Publishing of the campaign",
};

const posts = (count: number, areMore: boolean) =>
  count === 1 && !areMore ? "1 post" : `${count.toLocaleString("en-GB")}${areMore ? " or more" : ""} posts`;
const held = (count: number, areMore: boolean) =>
  `${posts(count, areMore)} ${count === 1 && !areMore ? "is" : "are"} held`;

/** The texts about pauses for people who plan posts. */
export const PAUSES = {
  pauses: "Pauses",
  /** What a pause stops, as the subject of a sentence. The name of the campaign follows. */
  subject: ({ scope, platform }: Pick<Pause, "scope" | "platform">) =>
    scope === "platform" && platform ? `Publishing on ${PLATFORMS[platform].name}` : SUBJECTS[scope],
  since: (when: string) => `has been paused since ${when}:`,
  isPaused: "is paused",
  /** A sentence with the subject and the reason of a pause. */
  holds: (pause: Pick<Pause, "scope" | "platform" | "campaign" | "reason">) => {
    const campaign = pause.scope === "campaign" ? ` ${isolated(pause.campaign ?? "")}` : "";
    return `${PAUSES.subject(pause)}${campaign} is paused: “${isolated(pause.reason)}”.`;
  },
  posts,
  held,
  /** Several pauses in one row. A post that several of them hold counts once. */
  several: (pauses: number, count: number, areMore: boolean) =>
    count > 0 ? `${pauses} pauses hold ${posts(count, areMore)}` : `${pauses} pauses are in force`,
  paused: "Paused",
  publishing: "Publishing is paused",
  campaign: "The campaign is paused",
  platforms: (paused: Parameters<typeof namesOf>[0]) =>
    `${namesOf(paused)} ${paused.length === 1 ? "is" : "are"} paused`,
  waits: (label: string, isThere: boolean) => `${label}: the post waits${isThere ? " there" : ""}`,
  restWaits: (label: string, isThere: boolean) =>
    `${label}: if you publish the rest, it waits${isThere ? " there" : ""}`,
  publishWaits: (label: string, isThere: boolean) =>
    `${label}: if you publish it, the post waits${isThere ? " there" : ""}`,
  retryWaits: (label: string, isThere: boolean) =>
    `${label}: if you try again, the post waits${isThere ? " there" : ""}`,
  isPausedNow: "is paused now",
  mayWait: (count: number, isThere: boolean) =>
    `If the ${count > 1 ? "pauses last" : "pause lasts"}, the post waits${isThere ? " there" : ""}.`,
} as const;
