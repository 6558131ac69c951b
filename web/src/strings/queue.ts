import { isolated } from "./isolated";

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
  overdue: (duration: string) => `Apart from held posts, the oldest overdue job is ${duration} late.`,
  overdueOf: "Its owner is",
  overdueSince: "Its time was",
  nothingOverdue: "Apart from held posts, nothing is overdue.",
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
  /** Publications that are not due yet are held later, so that 0 does not mean that the name is wrong. */
  heldNow: (count: number) =>
    count === 1 ? "Paused. 1 publication is held now." : `Paused. ${count} publications are held now.`,
  noneHeld: (campaign: string) =>
    `Paused. 0 publications of the campaign “${isolated(campaign)}” are held now. Is the name right? Later ones are held when they are due.`,
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
  attempts: (made: number, all: number) => `${made} of ${all} attempts`,
  noJobs: "No job is in this state.",
  deadLetters: "Undelivered messages",
  deadLettersHint:
    "A message that the publishers could not process becomes a dead letter. It waits in the SQS queue whose name ends with “-publish-dead-letters”. Remove the cause, then send the messages again.",
  redrive: "Send the messages again",
  redriven: (sent: number, settled: number) => `${sent} sent again, ${settled} needed no message.`,
} as const;
