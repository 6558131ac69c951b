import type { Destination } from "../api/destinations";
import type { Platform } from "../api/types";
import { REPORT } from "./errors";
import { isolated } from "./isolated";
import { namesOf } from "./platforms";

const kept = (isKept: boolean) => (isKept ? "Your text is kept on this device." : "Your text stays on this page.");

/** How to save a post again of which the page does not know whether it was saved. */
const again = (button: string, isNew: boolean) =>
  isNew
    ? `check whether the post is in your list. If it is not, press “${button}” again.`
    : `press “${button}” again. Nothing is saved twice.`;

const awaitsApproval = (time: string) => `Planned for ${time}. The post needs an approval.`;

/** The texts of the composer. */
export const COMPOSER = {
  cannotWrite: "You can read posts, but not write or change them.",
  askWriter: "Ask a person with the role “editor” or “admin” to do it.",
  kept: (time: string) => `Kept on this device, ${time}`,
  restore: "We kept your unsaved changes.",
  discard: "Discard them",
  keptPosts: (count: number) =>
    count === 1 ? "An unsaved post is kept on this device" : `${count} unsaved posts are kept on this device`,
  keptOnClose: "Your changes are not saved. They are kept on this device.",
  keptMedia: "Media without a text",
  continueKept: "Continue",
  discardKept: "Discard",
  allKept: (count: number) => `Show all ${count}`,
  discardTitle: "Discard this post?",
  discardChangesTitle: "Discard your changes?",
  discardText: "This cannot be undone. The text is kept only on this device.",
  approvalBeforePublishing: "Needs approval before it is published",
  approvalAfterSaving: "Needs approval after you save it",
  accounts: "Accounts",
  sandbox: "sandbox",
  anyNumber: "In the sandbox, any number works.",
  connect: "Connect an account",
  changeAccounts: "Change accounts",
  all: "All",
  tabs: "Text by platform",
  textFor: (platforms: string) => `Text for ${platforms}`,
  textForAll: "Text for all platforms",
  textForOthers: (platforms: string) => `Text for all platforms except ${platforms}`,
  unused: "Each platform has its own text, so this text is not published.",
  ownWords: (platform: string) => `${platform} has its own text. Changes to “All” do not reach it.`,
  sharedWords: (platform: string | null) =>
    `This is the text of “All”.${platform ? ` If you change it here, ${platform} gets its own text.` : ""}`,
  useAll: "Use the text of “All” again",
  restoreOwn: (platform: string) => `Bring back the text for ${platform}`,
  text: "Text",
  tabProblem: "has a problem",
  textHint: "Write the text of the post",
  tooLong: (length: number, platform: string, limit: number, isWeighted: boolean) =>
    `The text ${isWeighted ? `counts as ${length} characters` : `is ${length} characters long`}; ${platform} allows ${limit}.`,
  part: (number: number) => `Part ${number}`,
  addPart: (number: number) => `Add part ${number}`,
  removePart: (number: number) => `Remove part ${number}`,
  partMedia: (count: number) =>
    count === 1
      ? "This part has an image or a video of its own. It stays as it is."
      : `This part has ${count} images or videos of its own. They stay as they are.`,
  noThread: (platforms: string) =>
    `${platforms} ${platforms.includes(" and ") ? "have" : "has"} no threads and ${platforms.includes(" and ") ? "get" : "gets"} part 1 only.`,
  firstComment: "First comment",
  commentUnder: (platforms: string) => `It is posted under the post on ${platforms}.`,
  keepsComment: (platforms: string, areMany: boolean) =>
    `${platforms} ${areMany ? "keep their" : "keeps its"} own first comment.`,
  keepsNone: (platforms: string) => `On ${platforms}, there is none.`,
  useComment: "Use this first comment on all platforms",
  commentOrThread: (platforms: string) => `The post is a thread on ${platforms} and has no first comment there.`,
  noComments: (platforms: string) => `Apps cannot comment on ${platforms}.`,
  removeComment: "Remove the first comment.",
  split: (count: number) => `Split into ${count} parts`,
  splitFor: (count: number, platform: string) => `Split into ${count} parts on ${platform}`,
  of: (length: number, limit: number) => `${length} of ${limit}`,
  countFor: (platform: string, length: number, limit: number | null) =>
    limit === null ? `${platform}: ${length} characters` : `${platform}: ${length} of ${limit} characters`,
  media: "Media",
  drop: "Drop, paste or choose files",
  chooseFiles: "Choose files",
  url: "Or the web address of an image or a video",
  add: "Add",
  alt: "Alternative text",
  altMissing: "Not described yet",
  altHint: "Describe each image and video for people who cannot see it.",
  remove: (name: string) => `Remove ${name}`,
  earlier: (name: string) => `Move ${name} one place to the front`,
  later: (name: string) => `Move ${name} one place to the back`,
  uploading: (name: string, sent: string, size: string) =>
    `${isolated(name)}, ${sent} of ${size} MB. You can continue writing.`,
  uploadFailed: (name: string) => `${isolated(name)} could not be uploaded.`,
  uploadRefused: (name: string, reason: string) =>
    `Storage refused ${isolated(name)} (${reason}). Choose the file again.`,
  wrongType: (name: string) => `${isolated(name)} is neither an image nor a video that platforms accept.`,
  cancelUpload: (name: string) => `Cancel the upload of ${name}`,
  retryUpload: "Upload it again",
  options: "Options",
  noChoice: "As the platform decides",
  chooseOne: "Choose one",
  optionWrong: (name: string, rest: string) => `“${name}”${rest}`,
  optionMissing: (name: string) => `“${name}” is missing.`,
  choicesFailed: "The choices could not be loaded. Enter the id.",
  when: "When",
  day: "Day",
  time: "Time",
  zone: "Time zone",
  chooseDay: "Choose a day.",
  chooseDayOrPublish: "Choose a day, or publish the post now.",
  skipped: (time: string, day: string, zone: string) =>
    `${time} does not exist on ${day} in ${zone}: the clocks are set forward.`,
  twice: (time: string, zone: string) => `${time} occurs twice on this day in ${zone}. The first one is used.`,
  chooseTime: (time: string) => `Use ${time}`,
  past: "This time has passed.",
  quickTimes: "Quick choices",
  asBefore: (time: string) => `As before: ${time}`,
  quick: {
    inOneHour: "In 1 hour",
    today: "Today 18:00",
    tomorrow: "Tomorrow 09:00",
    monday: "Monday 09:00",
  },
  details: "Details",
  campaign: "Campaign",
  notes: "Notes for your colleagues",
  notesHint: "They are never published.",
  approval: "Somebody must approve this post",
  failedPost: "The failed post",
  archiveFailed: "Archive the failed post when this one is scheduled or published",
  failedArchived: "The failed post is archived. It stays under “Posts”, “Archived”.",
  approvalOfAll: "Your settings require it for every new post.",
  preview: "Preview",
  previewEmpty: "Choose an account to see the post as it will look there.",
  previewHint: "The platform decides how the post looks in detail.",
  sandboxName: "Sandbox account",
  beyond: (platform: string, limit: number, isBytes: boolean) =>
    `The marked text does not fit. ${platform} allows ${limit} ${isBytes ? "bytes" : "characters"}.`,
  noMedia: (platform: string, canBeImage: boolean) =>
    `${platform} needs ${canBeImage ? "an image or a video" : "a video"} here. Add one under “Media”.`,
  previewOn: (platform: string) => `Preview on ${platform}`,
  chooseAccount: "Choose at least one account.",
  gone: ({ handle }: Pick<Destination, "handle">) =>
    `${handle ? isolated(handle) : "An account"} is no longer connected. Connect it again, or remove it.`,
  writeText: "Write a text.",
  saveDraft: "Save as draft",
  unschedule: "Unschedule",
  unscheduleTitle: "Unschedule the post?",
  unscheduleText: (time: string, isChanged: boolean) =>
    `It becomes a draft again. It will not be published on ${time}.${isChanged ? " Your changes are saved." : ""}`,
  nowTitle: "Publish the post now?",
  nowText: (connected: readonly Platform[], sandboxed: readonly Platform[], time: string | null) => {
    const places = [
      ...(connected.length > 0 ? [`on ${namesOf(connected)}`] : []),
      ...(sandboxed.length > 0 ? [`in the sandbox for ${namesOf(sandboxed)}`] : []),
    ];
    if (places.length === 0) return "Nothing of it is published immediately.";
    return `It is published immediately ${places.join(" and ")}${time ? `, and not on ${time}` : ""}.`;
  },
  onApprovalTitle: "Publish the post as soon as it is approved?",
  onApprovalText: (time: string | null) =>
    time ? `It does not wait until ${time}.` : "It is published as soon as somebody approves it.",
  askForApproval: "Ask for approval",
  publishOnApproval: "Publish when approved",
  saveChanges: "Save changes",
  saveAndAsk: "Save and ask for approval",
  draftWithoutTime: "Saved as a draft. A draft has no time.",
  publishNow: "Publish now",
  sandboxOnly: "Sandbox: nobody else sees this post.",
  sandboxAtTime: "Sandbox: nobody else sees this post, unless an account is connected before its time.",
  schedule: "Schedule",
  more: (count: number) => `${count} more`,
  problems: (count: number) => (count === 1 ? "1 problem" : `${count} problems`),
  checking: "Checking",
  offline: (button: string, isNow: boolean, isKept: boolean) =>
    `You are offline, so nothing was ${isNow ? "published" : "sent"}. ${kept(isKept)} Press “${button}” when you are online.`,
  onlineAgain: (button: string, isNow: boolean) =>
    `You are online again. The post is not ${isNow ? "published" : "saved"} yet: press “${button}”.`,
  unreachable: (button: string, isNew: boolean, isKept: boolean) =>
    `The server did not answer. ${kept(isKept)} Check your internet connection, then ${again(button, isNew)}`,
  broken: (button: string, isNew: boolean, isKept: boolean, hasId: boolean) =>
    `The server has a problem. ${kept(isKept)} Wait a minute, then ${again(button, isNew)}${hasId ? ` ${REPORT}` : ""}`,
  showList: "Show the list",
  publishingNow: "The post is being published.",
  scheduledFor: (time: string) => `Scheduled for ${time}.`,
  publishedOnApproval: "The post needs an approval. It is published as soon as it is approved.",
  changesSaved: (time: string) => `Your changes are saved. The post is planned for ${time}.`,
  awaitsApproval,
  changesAwaitApproval: (time: string) => `Your changes are saved. ${awaitsApproval(time)}`,
  conflictTitle: "Somebody else changed this post",
  conflictText: "Both versions are below. Yours is not saved yet.",
  theirs: "Saved version",
  yours: "Your version",
  takeTheirs: "Take the saved version",
  saveMine: "Save my version over it",
  tooLate: "The post is being published and can no longer be changed.",
} as const;
