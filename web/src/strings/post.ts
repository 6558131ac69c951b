import type { Destination } from "../api/destinations";
import type { Pause } from "../api/queue";
import type { Platform } from "../api/types";
import type { AttemptCount } from "../post/attemptCount";
import type { Advice } from "../post/failureReason";
import type { Delay } from "../post/lateness";
import { isolated } from "./isolated";
import { namesOf, PLATFORMS, placesOf } from "./platforms";

const EVENTS: Record<string, string> = {
  "post.created": "Written",
  "post.updated": "Changed",
  "post.deleted": "Deleted",
  "post.scheduled": "Scheduled",
  "post.queued": "Queued",
  "post.cancelled": "Unscheduled",
  "post.approved": "Approved",
  "post.rejected": "Rejected",
  "post.published": "Published",
  "post.failed": "Failed",
  "post.retried": "Tried again",
  "post.archived": "Archived",
  "post.job_cleared": "Removed from the queue by an operator",
  "publication.published": "Published",
  "publication.failed": "Failed",
  "publication.unknown": "Outcome unknown",
};

const ATTEMPTS: Record<string, string> = {
  began: "Publish call began",
  published: "Published",
  processing: "The platform processes the media",
  transient: "Transient error",
  rate_limited: "Rate limited",
  in_doubt: "No response",
  not_landed: "Did not arrive",
  unanswered: "The platform did not respond",
  failed: "Refused",
  unknown: "Unknown",
  confirmed_not_published: "A person did not find it",
  confirmed_published: "A person found it",
};

const DELAYS: Record<Delay, (name: string) => string> = {
  rateLimit: (name) => `${name} asked us to wait`,
  processing: (name) => `${name} processed the media`,
  attempt: () => "an earlier attempt did not succeed",
};

const EDITOR = "a person with the role “editor” or “admin”";

const ADVICE: Record<Advice, string> = {
  retry: " Change the text or the media, or try again later.",
  change: " Change the text or the media.",
  none: "",
};

const FIELDS: Record<string, string> = {
  content: "text",
  mediaUrls: "media",
  altTexts: "alternative texts",
  platformOptions: "options",
  variants: "text for a platform",
  connectionIds: "accounts",
  platforms: "platforms",
  scheduledAt: "time",
  timezone: "time zone",
  campaign: "campaign",
  notes: "notes",
  approvalRequired: "approval",
  publishWithinSeconds: "limit for being late",
};

const list = (texts: readonly string[]) => new Intl.ListFormat("en-GB").format(texts);

/** What was added to a field and removed from it, after the name of the field. */
const listChange = (field: string, added: string | number, removed: string | number, other = "") => {
  const changes = [added && `${added} added`, removed && `${removed} removed`].filter(Boolean).join(", ") || other;
  return changes ? `${FIELDS[field]} (${changes})` : String(FIELDS[field]);
};
type Named = Pick<Destination, "platform" | "handle">;
const handleOn = (account: Named | null) =>
  account?.handle ? `${isolated(account.handle)} on ${PLATFORMS[account.platform].name}` : "a missing account";

function lateApproval(until: string | null): string {
  return until
    ? `A later approval publishes it as soon as possible, until ${until}. After that, it needs a new time.`
    : "A later approval publishes it as soon as possible.";
}

const NOTHING_TO_DO = "There is nothing to do.";

/** What a pause of each scope pauses. */
const PAUSED: Record<Pause["scope"], string> = {
  all: "publishing everywhere",
  platform: "publishing on this platform",
  owner: "publishing of all your posts",
  campaign: "publishing of this campaign",
};

/** The texts of a post's page. */
export const POST = {
  title: "Post",
  draft: "Draft",
  inShort: "Summary",
  publications: "Publications",
  attempts: "Attempts",
  attemptsOf: ({ most, areEqual, per }: AttemptCount) =>
    per === null ? `${most}` : `${areEqual ? "" : "up to "}${most} per ${per}`,
  attemptsIn: (zone: string) => `Times in ${zone}`,
  history: "History",
  noAttempts: "No publish call was made yet.",
  at: "At",
  platform: "Platform",
  event: "Event",
  said: "Response",
  campaign: "Campaign",
  createdBy: "Written by",
  notes: "Notes",
  content: "Content",
  accounts: "Accounts",
  ownText: (platform: string) => `Text for ${platform}`,
  partOf: (number: number) => `Part ${number}`,
  partOfAll: (number: number, all: number) => `Part ${number} of ${all}`,
  partOn: (platforms: string, number: number) => `${platforms}, part ${number}`,
  partOnOfAll: (platforms: string, number: number, all: number) => `${platforms}, part ${number} of ${all}`,
  firstComment: "First comment",
  firstCommentOn: (platforms: string) => `First comment on ${platforms}`,
  textOn: (platforms: string) => `Text on ${platforms}`,
  mediaOfAll: "Media of all texts",
  alt: (text: string) => `Alternative text: ${isolated(text)}`,
  noAlt: "No alternative text",
  zone: "Time zone",
  part: (part: number) => `part ${part}`,
  seePart: (part: string) => `See ${part.toLowerCase()}`,
  paused: ({ scope, platform }: Pick<Pause, "scope" | "platform">, when: string) =>
    `paused ${scope === "platform" && platform ? `publishing on ${PLATFORMS[platform].name}` : PAUSED[scope]} on ${when}:`,
  heldText: (count: number, until: string | null) => {
    const ends = count > 1 ? "the pauses end" : "the pause ends";
    return `The post is published when ${ends}${until ? `, if that is before ${until}. Otherwise it fails` : ""}.`;
  },
  askOperator: (count: number) =>
    `To end ${count > 1 ? "them" : "it"} earlier, ask a person with the role “operator” or “admin”.`,
  showPauses: (count: number) => (count > 1 ? "Show the pauses" : "Show the pause"),
  triesAgain: `Minutehand tries again. ${NOTHING_TO_DO}`,
  nextAt: (isCheck: boolean, when: string) =>
    `The next ${isCheck ? "check" : "attempt"} is at ${when}. ${NOTHING_TO_DO}`,
  nextSoon: (isCheck: boolean) => `The next ${isCheck ? "check" : "attempt"} begins soon. ${NOTHING_TO_DO}`,
  nextAttemptAt: (when: string) => `next attempt at ${when}`,
  lateSoFar: (duration: string) => `${duration} late so far`,
  lateUntil: (until: string) => `It can still be published until ${until}. After that, it fails.`,
  plannedFor: (time: string) => `planned for ${time}`,
  onTime: "on time",
  late: (duration: string, name: string, delay: Delay | null) =>
    delay ? `${duration} late: ${DELAYS[delay](name)}` : `${duration} late`,
  publishedAt: (time: string) => `at ${time}`,
  confirmedAt: (time: string) => `confirmed by a person on ${time}`,
  attemptCount: (count: number) => (count === 1 ? "1 attempt" : `${count} attempts`),
  sandbox: "in the sandbox: no account is connected",
  see: (platform: Platform) => `See it on ${PLATFORMS[platform].name}`,
  openPlatform: (platform: Platform) => `Open ${PLATFORMS[platform].name}`,
  triedAt: (when: string) => `tried on ${when}`,
  seeOther: (platform: Platform) => `See the post on ${PLATFORMS[platform].name}`,
  noReason: (name: string, advice: Advice) => `${name} gave no reason.${ADVICE[advice]}`,
  askEditor: (isUnknown: boolean) =>
    isUnknown ? `To check the account and decide, ask ${EDITOR}.` : `To change it or to try again, ask ${EDITOR}.`,
  retryOn: (platforms: readonly Platform[]) => (platforms.length ? `Try again on ${placesOf(platforms)}` : "Try again"),
  /** Follows the name of the person. */
  cancelledRest: (time: string) => `unscheduled the rest on ${time}.`,
  publishAfterAll: (platforms: readonly Platform[]) =>
    platforms.length ? `Publish on ${placesOf(platforms)} after all` : "Publish the rest after all",
  retryAfter: "Then you can try again here.",
  retryAfterSame: (handle: string | undefined) =>
    handle
      ? `After ${isolated(handle)} is connected again, you can try again here.`
      : "After the same account is connected again, you can try again here.",
  chooseOther: "Choose another account",
  reconnect: (platform: Platform) => `Reconnect ${PLATFORMS[platform].name}`,
  connect: (platform: Platform) => `Connect ${PLATFORMS[platform].name}`,
  notThere: "It is not there: publish it",
  notThereTitle: (platform: Platform) => `Publish it on ${PLATFORMS[platform].name}?`,
  notThereText: "Check the account first. If the post is there after all, it appears twice.",
  publishAgain: "Publish it",
  there: "It is there",
  thereTitle: (platform: Platform) => `Where is it on ${PLATFORMS[platform].name}?`,
  thereText: "The post will count as published. Enter its address, if you have it.",
  address: "Address of the post (optional)",
  confirmThere: "Mark it as published",
  confirmAnyway: "Mark it with this address",
  noAddress: "Paste the address of the post, beginning with https://",
  otherSite: (platform: Platform) =>
    `This does not look like an address on ${PLATFORMS[platform].name}. Check it. If it is right, mark the post with it.`,
  recorded: (platform: Platform) => `Recorded as published on ${PLATFORMS[platform].name}.`,
  duplicateAndEdit: "Duplicate and edit",
  editCopy: (platforms: readonly Platform[]) =>
    platforms.length ? `Duplicate and edit for ${placesOf(platforms)} only` : "Duplicate and edit",
  duplicateForAll: "Duplicate for all accounts",
  notTwice: (platforms: readonly Platform[]) =>
    `The next step concerns only ${namesOf(platforms)}. Nothing is published twice.`,
  someParts: (platforms: readonly Platform[]) =>
    `Some parts are already published on ${namesOf(platforms)}. Another try sends only the other parts; a copy publishes all parts again.`,
  edit: "Edit",
  begun: "Its publishing has begun, so it can no longer be changed.",
  unscheduleRest: "Unschedule the rest",
  unscheduleRestTitle: "Unschedule the rest?",
  unscheduleRestText: (platforms: string) =>
    `The post is then not published on ${platforms}. Everything that is published, or may be, stays.`,
  tried: "It has been tried, so it can only be changed as a draft, which you schedule again.",
  unscheduleAndEdit: "Unschedule and edit",
  unschedule: "Unschedule",
  unscheduled: (time: string) => `The post is a draft now and has no time. It was planned for ${time}.`,
  unscheduledInPart: "The rest of the post is cancelled. Everything that is published, or may be, stays.",
  notUndone: {
    moved: (time: string) => `Not undone: meanwhile, the post was moved to ${time}.`,
    unscheduled: "Not undone: meanwhile, the post was unscheduled.",
    changed: (time: string | null) =>
      `Not undone: meanwhile, the post was changed. It ${time ? `is planned for ${time}` : "has no time"}.`,
  },
  showPosts: "Show the posts",
  archive: "Archive",
  archived: "The post is archived. It stays under “Posts”, “Archived”.",
  delete: "Delete",
  deleted: "The post is deleted.",
  approve: "Approve",
  approved: "Approved.",
  reject: "Reject",
  approvalTitle: "Approval",
  toDecision: "Go to the decision",
  undecided: {
    untimed: "It is published only after an approver approves it.",
    released: "It is published as soon as it is approved. Without an approval, it is not published.",
    ahead: (at: string, until: string | null) =>
      `Without an approval before ${at}, it is not published then: it waits. ${lateApproval(until)}`,
    passed: (at: string, until: string | null) => `It was not published on ${at} and waits. ${lateApproval(until)}`,
    closed: "Its time has passed, and it is too late to approve it. Give it a new time first.",
  },
  /** `late`: how late the post is so far, or `null` if its time has only just passed. */
  undecidedLate: (late: string | null, until: string | null) =>
    `${late ? `${POST.lateSoFar(late)}. ` : ""}It is published as soon as it is approved${until ? `, until ${until}` : ""}.`,
  youDecide: "You can decide, and so can every other person with the role “approver” or “admin”.",
  othersDecide: "A person with the role “approver” or “admin” decides.",
  changedSince: "Changed since the last decision:",
  changedFields: (fields: readonly string[]) => `Changed since the last decision: ${list(fields)}.`,
  changedToo: (fields: readonly string[]) => `Also changed: ${list(fields)}.`,
  fieldOf: (field: string) => FIELDS[field] ?? field,
  mediaChange: (added: number, removed: number) => listChange("mediaUrls", added, removed, "in another order"),
  /** `null`: an account whose name is not known. */
  accountsChange: (added: readonly (Named | null)[], removed: readonly (Named | null)[]) =>
    listChange("connectionIds", list(added.map(handleOn)), list(removed.map(handleOn))),
  /** An account that is named stays the same when it is the default and no longer named, and the other way round. */
  sameAccounts: "accounts (the same as before)",
  mediaOfPlatform: "media of a platform",
  altOf: (position: number, count: number) => (count > 1 ? `Alternative text ${position}` : "Alternative text"),
  text: "Text",
  time: "Time",
  platforms: "Platforms",
  noTime: "No time",
  before: (name: string) => `${name} before`,
  now: (name: string) => `${name} now`,
  nothing: "None",
  comment: "Comment",
  commentHint: "A rejection needs a reason.",
  approvedBy: (who: string) => `Approved by ${isolated(who)}`,
  rejectedBy: (who: string) => `Rejected by ${isolated(who)}`,
  /** `sandboxed`: the platforms without an account, where the post goes to the sandbox. */
  plan: (
    state: "draft" | "scheduled" | "pending",
    platforms: readonly Platform[],
    sandboxed: readonly Platform[] = [],
  ) => {
    const approval = state === "pending" ? " after an approval" : "";
    const isDraft = state === "draft";
    return [
      ...(isDraft ? ["Has no time yet."] : []),
      ...(platforms.length > 0
        ? [isDraft ? `Its platforms: ${namesOf(platforms)}.` : `Will be published on ${namesOf(platforms)}${approval}.`]
        : []),
      ...(sandboxed.length > 0
        ? [
            `Will be published in the sandbox for ${namesOf(sandboxed)}${approval}, unless an account is connected before.`,
          ]
        : []),
    ].join(" ");
  },
  rejected: (platforms: readonly Platform[]) =>
    platforms.length
      ? `It is published on ${namesOf(platforms)} only after a change and an approval.`
      : "It is published only after a change and an approval.",
  noPlatforms: "No platform is chosen yet.",
  publishedOn: (published: number, all: number) =>
    `Published on ${published} of ${all} ${all === 1 ? "account" : "accounts"}.`,
  /** `platforms`: those in the sandbox, or none if the whole post is there. */
  inSandbox: (platforms: readonly Platform[]) =>
    platforms.length ? `On ${namesOf([...new Set(platforms)])} only in the sandbox.` : "Only in the sandbox.",
  failedOn: (platforms: readonly Platform[]) => `Failed on ${namesOf(platforms)}.`,
  unknownOn: (platforms: readonly Platform[]) => `Unknown on ${namesOf(platforms)}.`,
  heldOn: (platforms: readonly Platform[]) => `Held on ${namesOf(platforms)}.`,
  cancelledOn: (platforms: readonly Platform[]) => `Cancelled on ${namesOf(platforms)}.`,
  busy: "Being published",
  held: "Held by a pause",
  waiting: "Waiting to be published",
  cancelled: "Cancelled",
  eventOf: (type: string, platform: unknown, part: unknown) => {
    const name = typeof platform === "string" && platform in PLATFORMS ? PLATFORMS[platform as Platform].name : null;
    const event = EVENTS[type] ?? type;
    const where = typeof part === "number" && part > 1 ? `${name}, part ${part}` : name;
    return name ? `${event} on ${where}` : event;
  },
  attemptOf: (event: string) => ATTEMPTS[event] ?? event,
  bySystem: "Minutehand",
  loadFailed: "This post cannot be shown",
} as const;
