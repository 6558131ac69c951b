import type { Notable, StateCounts } from "../calendar/priority";
import type { View } from "../time/range";
import { isolated } from "./isolated";

/** The periods of the views, for the end of a sentence. */
const PERIODS: Record<View, (title: string) => string> = {
  month: (title) => `in ${title}`,
  week: (title) => `in the week ${title}`,
  day: (title) => `on ${title}`,
  agenda: (title) => `in the period ${title}`,
};

const STATES: Record<Notable, (count: number) => string> = {
  unknown: (count) => `${count} unknown`,
  failed: (count) => `${count} failed`,
  partial: (count) => `${count} partly failed`,
  lost: (count) => `${count} will fail`,
  rejected: (count) => `${count} rejected`,
  approval: (count) => (count === 1 ? "1 needs approval" : `${count} need approval`),
  held: (count) => `${count} held`,
};

const statesOf = (states: StateCounts) => states.map(([state, count]) => STATES[state](count)).join(", ");

/** Return the states of hidden posts in a few words: one state, or how many posts need attention. */
function shortStates(states: StateCounts): string {
  const needed = states.filter(([state]) => state !== "held");
  if (needed.length < 2) return statesOf(needed.length > 0 ? needed : states);
  const sum = needed.reduce((total, [, count]) => total + count, 0);
  return `${sum} need attention`;
}

/** Return the number of hidden posts with the states that matter, or with `word` if no state matters. */
const more = (count: number, states: StateCounts, word = "more") =>
  `+${count}${states.length > 0 ? `, ${shortStates(states)}` : ` ${word}`}`;

/** The choices of the filter State. */
const CHOICES = {
  attention: "Needs attention",
  scheduled: "Scheduled",
  lost: "Will fail",
  approval: "Needs approval",
  rejected: "Rejected",
  queued: "Queued",
  held: "Held",
  published: "Published",
  failed: "Failed",
  unknown: "Unknown",
  archived: "Archived",
} as const;

/** The texts of the calendar. */
export const CALENDAR = {
  today: "Today",
  earlier: "Earlier",
  later: "Later",
  view: "View",
  views: { month: "Month", week: "Week", day: "Day", agenda: "Agenda" },
  zone: "Time zone",
  zoneSearch: "Search time zones",
  loading: "Loading the posts",
  notLoaded: "The posts of the striped days are not loaded.",
  notAllLoaded: "Not all posts of these days are loaded.",
  noneLoaded: "The posts of these days are not loaded.",
  dayNotLoaded: (isLoading: boolean) =>
    isLoading ? "The posts of this day are being loaded." : "The posts of this day are not loaded.",
  dayUnknown: (isLoading: boolean) => (isLoading ? "posts are being loaded" : "posts not loaded"),
  posts: (count: number, states: StateCounts = []) =>
    [count === 1 ? "1 post" : `${count} posts`, ...(states.length > 0 ? [statesOf(states)] : [])].join(", "),
  inView: (count: number) => (count === 1 ? "1 post in view" : `${count} posts in view`),
  showFirst: (count: number) => (count === 1 ? "Show it" : "Show the first"),
  /** The banner counts the posts of all days, so this says that it counts those in view. */
  willFail: (count: number) => `${count} in view will fail`,
  needYou: (count: number) => `${count} ${count === 1 ? "needs" : "need"} attention`,
  earlierNeed: (count: number) => `${count} earlier ${count === 1 ? "needs" : "need"} attention`,
  /** Posts of another choice in the period, while one is chosen. */
  others: (choice: keyof typeof CHOICES, count: number) => `${CHOICES[choice]}: ${count}`,
  more,
  /** The same with every state and the day, for the name of the button. It begins with the text of the button. */
  moreOn: (count: number, states: StateCounts, day: string, word?: string) => {
    const [text, all] = [more(count, states, word), statesOf(states)];
    return text.endsWith(all) ? `${text}, ${day}` : `${text}: ${all}, ${day}`;
  },
  /** After the time of a post that is not published yet. */
  late: "late",
  newOn: (day: string) => `Write a post for ${day}`,
  shortDay: (hours: number) => `${hours} h day`,
  filters: "Filters",
  filtersChosen: (count: number) => (count ? `Filters (${count})` : "Filters"),
  filteredBy: (names: readonly string[]) => `Filtered by ${names.map(isolated).join(", ")}`,
  search: "Search the text",
  platform: "Platform",
  account: "Account",
  campaign: "Campaign",
  state: "State",
  all: "All",
  clear: "Clear the filters",
  clearSearch: "Clear the search",
  states: CHOICES,
  ruler: (time: string, count: number | null, isLoading: boolean) =>
    count === null
      ? `This hour: ${time} now. Its posts are ${isLoading ? "being" : "not"} loaded.`
      : count
        ? `This hour: ${time} now, ${count} ${count === 1 ? "post" : "posts"}.`
        : `This hour: ${time} now, no posts.`,
  emptyTitle: "Nothing is planned here",
  emptyText: "No post has a time on one of these days.",
  emptyFiltered: (view: View, title: string) => `No post matches the filters ${PERIODS[view](title)}`,
  emptySearch: (view: View, title: string, words: string, isFiltered: boolean) =>
    `No post ${isFiltered ? "that matches the filters " : ""}${PERIODS[view](title)} contains “${isolated(words)}”`,
  dayFiltered: "No post of this day matches the filters.",
  searchAll: "Search all posts",
  move: {
    to: "Move to …",
    title: "Move the post",
    present: (when: string) => `Planned for ${when}`,
    day: "Day",
    time: "Time",
    confirm: "Move the post",
    was: (when: string) => `was ${when}`,
    keys: { day: "day", week: "week", minutes: "15 min", drop: "drop here", back: "put back" },
    /** `words`: the first words of the post, or an empty text. */
    moved: (words: string, when: string) => `${words ? `“${isolated(words)}” was moved` : "Moved"} to ${when}.`,
    undone: (words: string, when: string) => `${words ? `“${isolated(words)}” was moved` : "Moved"} back to ${when}.`,
    passed: (time: string) => `${time} has passed`,
    needsApproval: "It needs approval again.",
    losesApproval: "It is approved. After the move, it needs approval again.",
    approveAgain: "It is approved. After the move, it needs approval again. You can give it then.",
    show: "Show it",
    movedBack: (time: string, reason: string) => `Moved back to ${time}. ${reason}`,
    past: "A post cannot be moved into the past.",
  },
  keys: "Keyboard shortcuts",
  /** The keys and what they do, for a person who can write posts or only read them. */
  keysOf: (canWrite: boolean) => [
    ...(canWrite ? [["N", "Write a post"]] : []),
    ["T", "Show today"],
    ["M", "Show the month"],
    ["W", "Show the week"],
    ["D", "Show the day"],
    ["A", "Show the agenda"],
    ["J", "Show the next period"],
    ["K", "Show the period before"],
    ["/", "Search"],
    ["Arrows", "Go from day to day and from post to post"],
    ["Enter", canWrite ? "Open the post, or write one on an empty day" : "Open the post"],
    ...(canWrite
      ? [
          ["Space", "Lift the post, then move it with the arrows"],
          [".", "Choose a new time for the post"],
        ]
      : []),
    ["?", "Show these keys"],
  ],
  before: (hour: number) => `00–${String(hour).padStart(2, "0")}`,
  beforeMorning: (hour: number) => `before ${String(hour).padStart(2, "0")}:00`,
} as const;
