import type { JobState, Pause, PauseScope } from "../api/queue";
import { isolated } from "./isolated";
import { PAUSES } from "./pauses";
import { PLATFORMS } from "./platforms";

/** The API counts the publications that a pause holds, and the planned posts, up to this number. */
const MAX_COUNT = 1_000;
const heldPosts = ({ held, heldPosts }: Pick<Pause, "held" | "heldPosts">) =>
  PAUSES.posts(heldPosts, held >= MAX_COUNT);

/** What a pause stops, as the subject of a sentence. */
function subjectOf({ scope, platform, ownerId, campaign }: PauseScope): string {
  if (scope === "platform" && platform) return `Publishing on ${PLATFORMS[platform].name}`;
  if (scope === "owner") return `Publishing of the owner “${isolated(ownerId ?? "")}”`;
  if (scope !== "campaign") return "All publishing";
  const owner = ownerId ? `of “${isolated(ownerId)}”` : "of all owners";
  return `Publishing of the campaign “${isolated(campaign ?? "")}” ${owner}`;
}

/** Ask about the name of a scope without posts. A platform is chosen from a list, so its name is right. */
function nameQuestion({ scope, ownerId, campaign }: PauseScope): string {
  if (scope === "owner") return `No planned post has the owner “${isolated(ownerId ?? "")}”. Is the name right?`;
  if (scope !== "campaign") return "No post is held now, and none is planned.";
  const whose = ownerId ? ` of the owner “${isolated(ownerId)}”` : "";
  const names = ownerId ? "Are the names right?" : "Is the name right?";
  return `No planned post${whose} has the campaign “${isolated(campaign ?? "")}”. ${names}`;
}

const PLANNED_TIMES = "The times are those for which the posts were planned.";
/** The orders of the jobs that have ended. */
const ORDERS: Partial<Record<JobState, string>> = {
  completed: `The post that was published last is first. ${PLANNED_TIMES}`,
  failed: `The post that failed last is first. ${PLANNED_TIMES}`,
  unknown: `The post that became unknown last is first. ${PLANNED_TIMES}`,
};
const NOT_OVERDUE = "Apart from held posts and posts that wait for an approval";
const OTHERS_HOLD = "Posts that another pause holds still wait.";
const LATE = "their limit for late posts (by default, one day after their time)";

/** The texts of the operators' page. */
export const QUEUE = {
  title: "Queue",
  onlyOperators: "Only operators see the queue",
  askOperator: "Operators have the role “operator” or “admin”. They pause publishing, and end pauses.",
  counts: "Summary of all owners",
  states: {
    delayed: "Waiting for their time",
    waiting: "On their way",
    active: "Publishing",
    held: "Held",
    completed: "Completed",
    failed: "Failed",
    unknown: "Unknown",
  },
  /** A capped count is a minimum. */
  count: (count: number, isCapped: boolean) => `${count.toLocaleString("en-GB")}${isCapped ? "+" : ""}`,
  overdue: (duration: string) => `${NOT_OVERDUE}, the oldest overdue job is ${duration} late.`,
  overdueOf: "Its owner is",
  overdueSince: "Its time was",
  nothingOverdue: `${NOT_OVERDUE}, nothing is overdue.`,
  pauses: "Pauses",
  noPauses: "Nothing is paused.",
  pausesUnknown: "The queue cannot be loaded, so we cannot say whether anything is paused.",
  pausesOld: "The queue cannot be loaded. These were the pauses before:",
  pause: "Pause publishing",
  resume: "Resume",
  scope: "What is paused",
  scopes: { all: "Everything", platform: "A platform", owner: "An owner", campaign: "A campaign" },
  platform: "Platform",
  owner: "Owner",
  campaign: "Campaign",
  of: "of",
  allOwners: "all owners",
  reason: "Reason",
  reasonHint: "Owners of held posts see this reason.",
  pauseHint: `Posts that become due during the pause wait. They are published when it ends. Those that are then past ${LATE} fail.`,
  holds: (pause: Pick<Pause, "held" | "heldPosts">) =>
    pause.held === 0 ? "Holds no post now" : `Holds ${heldPosts(pause)}`,
  paused: (pause: Pause, planned: number) => {
    if (pause.held === 0 && planned === 0) return `Paused. ${nameQuestion(pause)}`;
    const areMany = planned >= MAX_COUNT;
    const later = `${planned.toLocaleString("en-GB")}${areMany ? " or more" : ""} planned ${planned === 1 ? "post waits" : "posts wait"}`;
    return [
      "Paused.",
      pause.held === 0 ? "No post is held now." : `${PAUSES.held(pause.heldPosts, pause.held >= MAX_COUNT)} now.`,
      planned > 0 && `${later} when ${planned === 1 ? "it becomes" : "they become"} due.`,
    ]
      .filter(Boolean)
      .join(" ");
  },
  resumeTitle: (pause: PauseScope) => `Resume ${subjectOf(pause).replace(/^./, (first) => first.toLowerCase())}?`,
  resumeText: (pause: Pause) =>
    `This pause holds ${heldPosts(pause)}. Late posts are published now, on each account one after the other. Those past ${LATE} are not published: they fail.`,
  othersHold: OTHERS_HOLD,
  resumed: (pause: PauseScope, areOthers: boolean) =>
    `${subjectOf(pause)} goes on.${areOthers ? ` ${OTHERS_HOLD}` : ""}`,
  pausedSince: (when: string, who: string) => `Since ${when}, by ${isolated(who)}`,
  health: "Health",
  healthCovers:
    "This covers what all posts need to be published. It does not say whether single posts are late or have failed: see the summary and the jobs.",
  scheduler: "Scheduler",
  running: (minutes: number | null, expression: string) => {
    if (minutes === null) return `Runs at the times ${expression}.`;
    return minutes === 1 ? "Runs every minute." : `Runs every ${minutes} minutes.`;
  },
  /** The names of the checks, and what a check that succeeded says, if the API does not say it in everyday words. */
  checks: {
    database: { name: "Database", fine: "Postgres responds." },
    queue: { name: "Messages to the publishers", fine: "The queue (Amazon SQS) responds." },
    rule: { name: "Scheduler", fine: "Its timer (the Amazon EventBridge rule) is switched on." },
    lastTick: { name: "Last run of the scheduler (tick)", fine: null },
    apiVersions: { name: "API versions of the platforms", fine: null },
  } as Record<string, { name: string; fine: string | null }>,
  stopped: "Stopped: no post is queued until somebody starts it.",
  lastTick: (when: string) => `It last ran at ${when}.`,
  start: "Start the scheduler",
  stop: "Stop the scheduler",
  check: "Run it now",
  jobs: "Jobs of all owners",
  jobsIn: "State of the jobs",
  /** The order of the jobs, and what their times are. Jobs that have ended are not in the order of these times. */
  order: (state: JobState) => ORDERS[state] ?? "The earliest time is first.",
  attempts: (made: number, all: number) => `${made} of ${all} attempts`,
  noJobs: "No job is in this state.",
  deadLetters: "Undelivered messages",
  deadLettersHint:
    "A message that the publishers could not process becomes a dead letter. It waits in the SQS queue whose name ends with “-publish-dead-letters”. Remove the cause, then send the messages again.",
  redrive: "Send the messages again",
  redriven: (sent: number, settled: number) => `${sent} sent again, ${settled} needed no message.`,
} as const;
