import type { BulkAction } from "../api/posts";
import type { Platform } from "../api/types";
import { isolated } from "./isolated";
import { namesOf } from "./platforms";
import { POST } from "./post";

/** The posts of each list. */
const KINDS = {
  draft: "draft",
  scheduled: "scheduled post",
  published: "published post",
  failed: "failed post",
  approval: "post that needs approval",
  rejected: "rejected post",
  archived: "archived post",
  all: "post",
} as const;

const RUNNING: Record<BulkAction, string> = {
  schedule: "Scheduling",
  cancel: "Unscheduling",
  delete: "Deleting",
  shift: "Moving",
  retry: "Trying again:",
  approve: "Approving",
  archive: "Archiving",
  duplicate: "Duplicating",
};

/** What an action does to a post. */
const DONE: Record<BulkAction, string> = {
  schedule: "scheduled",
  cancel: "unscheduled",
  delete: "deleted",
  shift: "moved",
  retry: "tried again",
  approve: "approved",
  archive: "archived",
  duplicate: "duplicated",
};

/** Return how many of the chosen posts an action concerns: "this post", "3 posts" or "1 of 3 posts". */
export function partOf(count: number, total: number, kind = "post"): string {
  if (total === 1) return `this ${kind}`;
  return count === total ? `${count} ${kind}s` : `${count} of ${total} ${kind}s`;
}

/** The texts of the lists of posts. */
export const POSTS = {
  title: "Posts",
  search: "Search posts",
  state: "State",
  tabs: {
    draft: "Draft",
    scheduled: "Scheduled",
    published: "Published",
    failed: "Failed",
    approval: "Needs approval",
    rejected: "Rejected",
    archived: "Archived",
    all: "All",
  },
  empty: {
    draft: ["No drafts", "A draft is a post without a time. It stays here until you schedule it."],
    scheduled: ["Nothing is scheduled", "Posts with a time appear here, in the order in which they are published."],
    published: [
      "Nothing is published yet",
      "A published post appears here. Open it to see its time and its address on each platform.",
    ],
    failed: ["Nothing failed", "A post that could not be published appears here with the reason and the next step."],
    approval: ["No post needs approval", "A post that needs an approval stays here until somebody decides."],
    rejected: ["Nothing is rejected", "A post that an approver rejected stays here until somebody changes it."],
    archived: [
      "Nothing is archived",
      "Published posts are archived after a while, and failed posts when you archive them. You can still read them here.",
    ],
    all: ["No posts yet", "Every post appears here, with the newest first."],
  },
  emptySearch: (tab: keyof typeof KINDS, words: string) => `No ${KINDS[tab]} contains “${isolated(words)}”`,
  searchAll: "Search all posts",
  willFail: (count: string) => `${count} will fail`,
  held: (count: string) => `${count} held and late`,
  clearSearch: "Clear the search",
  noTime: "No time",
  changed: (day: string, time: string) => `Changed ${day}, ${time}`,
  more: "Load more posts",
  choose: (when: string) => `Choose the post of ${when}`,
  chooseDraft: "Choose this draft",
  chosen: (count: number) => `${count} chosen`,
  chooseAll: "Choose all",
  actions: "Actions",
  chooseNone: "Clear the selection",
  duplicate: "Duplicate",
  edit: "Edit",
  /** A queued post looks the same before and after its first publish call. */
  begun: "can no longer be changed",
  /** A rejected post keeps its time, and so its place among the scheduled ones. */
  notPublished: "will not be published",
  /** `all`: the number of the post's platforms. */
  inSandbox: (platforms: readonly Platform[], all: number) =>
    platforms.length === all ? "Sandbox" : `${namesOf(platforms)} in the sandbox`,
  editAndAsk: "Edit and ask again",
  delete: "Delete",
  archive: "Archive",
  cancel: "Unschedule",
  retry: "Try again",
  approve: "Approve",
  schedule: "Schedule",
  moveBy: "Move by …",
  checkAndDecide: "Check and decide",
  readAndDecide: "Read and decide",
  /** The questions before actions: the title, the text and the button. */
  asks: {
    delete: (count: number, total: number) => ({
      title: `Delete ${partOf(count, total)}?`,
      text: "A deleted post cannot be restored. Minutehand keeps a record of who changed and deleted it.",
      action: `Delete ${partOf(count, total)}`,
    }),
    archive: (count: number, total: number) => ({
      title: `Archive ${partOf(count, total)}?`,
      text: `What is published stays published. ${
        count === 1
          ? "The post stays in the archive: it cannot be tried again, but it can be duplicated."
          : "The posts stay in the archive: they cannot be tried again, but they can be duplicated."
      }`,
      action: `Archive ${partOf(count, total)}`,
    }),
    cancel: (count: number, total: number) => ({
      title: `Unschedule ${partOf(count, total)}?`,
      text: `${count === 1 ? "It becomes a draft" : "They become drafts"} without a time. Of a post that is published in part, only the rest is cancelled.`,
      action: `Unschedule ${partOf(count, total)}`,
    }),
  },
  cancelledInPart: (count: number) =>
    count === 1
      ? "1 post is cancelled only in part, because some of it is published or may be."
      : `${count} posts are cancelled only in part, because some of each is published or may be.`,
  running: (action: BulkAction, count: number) => `${RUNNING[action]} ${count === 1 ? "1 post" : `${count} posts`} …`,
  skipped: {
    lost: (platforms: string) =>
      `Minutehand has no access to the account on ${platforms}. Reconnect it, then try again.`,
    unknown: (platforms: string) =>
      platforms
        ? `We could not confirm whether it was published on ${platforms}. Open it, check the account, and say whether it is there.`
        : "We could not confirm whether it was published. Open it, check the account, and say whether it is there.",
    invalid: (platforms: string) =>
      `The content is not allowed on ${platforms}. Open the post, and edit a duplicate of it.`,
    publishing: POST.begun,
    passed: "Its time has passed.",
    public: "A part of it is public or may be public, so it cannot be deleted.",
  },
  done: (count: number, what: string) => `${count} ${count === 1 ? "post" : "posts"} ${what}.`,
  /** Before the action, in its dialog. */
  notDoable: (action: BulkAction, count: number, total: number) =>
    `${total === 1 ? "The post" : `${count} of ${total} posts`} cannot be ${DONE[action]}:`,
  notDone: (action: BulkAction, count: number, total: number, isBack: boolean) =>
    `${total === 1 ? "The post was" : `${count} of ${total} posts ${count === 1 ? "was" : "were"}`} not ${
      isBack ? (POSTS.back[action] ?? DONE[action]) : DONE[action]
    }:`,
  needApproval: (count: number) => `${count} ${count === 1 ? "post needs" : "posts need"} approval again.`,
  stillNeedApproval: (count: number) =>
    `${count} ${count === 1 ? "post still needs" : "posts still need"} approval again.`,
  approveAgain: (count: number) => (count === 1 ? "Approve it" : "Approve them"),
  andMore: (count: number) => `and ${count} more`,
  noText: "A post without text",
  result: "Result",
  /** What the undoing of an action does to a post. */
  back: { shift: "moved back", cancel: "scheduled again" } as Partial<Record<BulkAction, string>>,
  results: {
    schedule: "queued",
    cancel: "moved back to draft",
    delete: "deleted",
    retry: "will be tried again",
    approve: "approved",
    archive: "archived",
    duplicate: "duplicated",
    shift: "moved",
  },
} as const;
