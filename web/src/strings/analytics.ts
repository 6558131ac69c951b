const QUOTES = "Quotes, among the reposts";
const PLAIN_REPOSTS = "Reposts without quotes";

const NAMES: Record<string, string> = {
  impressions: "Impressions",
  reach: "Reach",
  views: "Views",
  reactions: "Reactions",
  comments: "Comments",
  shares: "Shares",
  reposts: "Reposts",
  quoteCount: QUOTES,
  quote_count: QUOTES,
  quotes_count: QUOTES,
  quotes: QUOTES,
  saves: "Saves",
  clicks: "Clicks",
  follows: "Follows",
  engagementRate: "Engagement rate",
};

/** The names of the metrics that only some platforms have. */
const OWN_NAMES: Record<string, string> = {
  total_interactions: "All interactions",
  engagements: "All interactions",
  profile_visits: "Profile visits",
  user_profile_clicks: "Clicks on the profile",
  pin_click: "Clicks on the pin",
  dislikeCount: "Dislikes",
  post_video_views: "Video views",
  ig_reels_avg_watch_time: "Average watch time",
  post_video_avg_time_watched: "Average watch time",
  ig_reels_video_view_total_time: "Total watch time",
  post_video_view_time: "Total watch time",
};

/** The names of the metrics that repeat a part of another metric. */
const DETAILS: Record<string, string> = {
  repostCount: PLAIN_REPOSTS,
  repost_count: PLAIN_REPOSTS,
  retweet_count: PLAIN_REPOSTS,
  reblogs_count: PLAIN_REPOSTS,
  "post_reactions_by_type_total.like": "Reactions: like",
  "post_reactions_by_type_total.love": "Reactions: love",
  "post_reactions_by_type_total.care": "Reactions: care",
  "post_reactions_by_type_total.haha": "Reactions: haha",
  "post_reactions_by_type_total.wow": "Reactions: wow",
  "post_reactions_by_type_total.sorry": "Reactions: sad",
  "post_reactions_by_type_total.anger": "Reactions: angry",
  post_activity_by_action_type: "All activity",
  "post_activity_by_action_type.like": "Activity: likes",
  "post_activity_by_action_type.share": "Activity: shares",
  shareMentionsCount: "Mentions in reposts",
  commentMentionsCount: "Mentions in comments",
};

const MOMENTS: Record<number, string> = {
  1: "1 hour",
  6: "6 hours",
  24: "1 day",
  72: "3 days",
  168: "7 days",
  720: "30 days",
};

const counts = new Intl.NumberFormat("en-GB");
const fractions = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });

/** Return a number with its unit, as people read it. */
export function numberText(value: number, unit = "count"): string {
  if (unit === "fraction") return fractions.format(value);
  if (unit === "milliseconds") return `${counts.format(Math.round(value / 100) / 10)} s`;
  return counts.format(value);
}

const MAIN = [...Object.keys(NAMES), ...Object.keys(OWN_NAMES)];

/** Return the main metrics of a post in a fixed order, and the rest: details, and metrics without a known name. */
export function mainAndOthers<Each extends { name: string }>(metrics: readonly Each[]): [Each[], Each[]] {
  const place = ({ name }: Each) => MAIN.indexOf(name);
  return [
    metrics.filter((each) => place(each) >= 0).toSorted((one, other) => place(one) - place(other)),
    metrics.filter((each) => place(each) < 0),
  ];
}

/** Return the name of a metric in everyday words. A name that is not known becomes words. */
export function metricName(name: string): string {
  return NAMES[name] ?? OWN_NAMES[name] ?? DETAILS[name] ?? inWords(name);
}

/** Return a platform's name in words: `Video view time` for `video_view_time`. */
function inWords(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The texts of the metrics of posts. */
export const ANALYTICS = {
  title: "Analytics",
  numbers: "Metrics",
  metric: "Metric",
  others: "Other numbers",
  period: "Period",
  days: (days: number) => `Last ${days} days`,
  groupings: { platform: "By platform", campaign: "By campaign", day: "By day", connection: "By account" },
  heads: { platform: "Platform", campaign: "Campaign", day: "Day", connection: "Account" },
  grouping: "Group the metrics",
  total: "All",
  noCampaign: "No campaign",
  goneConnection: "disconnected",
  unknownConnection: "name not loaded",
  publications: "Publications",
  received: {
    day: "Each day shows what the posts published on it have received so far, not what arrived on that day.",
    others: "The metrics show what the posts published in this period have received so far.",
  },
  counting:
    "Each account counts as one publication, and so does each further part of a thread or first comment: a thread of 3 parts on 2 accounts is 6 publications.",
  moreGroups: "Only the 500 groups with the most publications are shown.",
  asOf: (time: string) => `Newest metrics: ${time}`,
  nextReading: (time: string) => `Next reading: ${time}`,
  readingLate: (time: string) => `The reading planned for ${time} is delayed. It is tried again.`,
  emptyTitle: "There are no metrics yet",
  firstNumbers: (time: string) => `The first metrics are read on ${time}.`,
  readAgain: (time: string) => `No metrics could be read yet. They are read again on ${time}.`,
  firstLater: "The first metrics are read an hour after a post is published.",
  noNumbers: "No metrics yet.",
  furtherParts: "Metrics of further parts",
  everyReading: "Show every reading",
  newestOnly: "Show only the newest readings",
  read: (count: number) => `${numberText(count)} read`,
  notReadYet: "not read yet",
  notRead: "not read",
  absent:
    "A cell is empty if the platforms of the publications that were read do not give the metric. “3 of 5” means that 3 of 5 publications have it: the platforms of the others do not give it, or their metrics are not read yet.",
  reposts:
    "Reposts are public, also where a platform calls them shares, as Facebook does. Shares are sent to other people privately.",
  unread: "“Not read yet”: the first metrics are read an hour after a post is published.",
  values: "Show the values",
  of: (some: number, all: number) => `${numberText(some)} of ${numberText(all)}`,
  perDay: (metric: string, first: string, last: string, most: string, day: string) =>
    `${metric} by day, from ${first} to ${last}. The highest value is ${most}, on ${day}. The table has all values.`,
  followers: "Followers",
  followersOf: "Followers of",
  followersTable: (name: string) => `Followers of ${name}`,
  followersText: (name: string, first: string, last: string) =>
    `Followers of ${name}: ${first} at the beginning and ${last} at the end. The table has all values.`,
  followersOn: (day: string) => `on ${day}`,
  followersChange: (change: number, day: string) => {
    if (change === 0) return `as many as on ${day}`;
    return `${numberText(Math.abs(change))} ${change > 0 ? "more" : "fewer"} than on ${day}`;
  },
  axisBegins: (first: string) => `The vertical axis begins at ${first}, not at 0.`,
  at: "At",
  noFollowers: "No followers were counted in this period.",
  deleted: (day: string) => `Not on the platform since ${day}`,
  deletedCount: (count: number) =>
    count === 1
      ? "1 publication is no longer on its platform."
      : `${count} publications are no longer on their platform.`,
  grant: "Reconnect to grant it",
  scopeMissing: "The permission to read metrics is missing. Reconnect the account and grant it.",
  problems: "Incomplete metrics",
  metricsSince: (time: string) => `Metrics could not be read on ${time}.`,
  metricsKept: "The numbers on this page contain what was read.",
  followersSince: (time: string) => `The followers could not be counted on ${time}.`,
  nameOf: metricName,
  momentOf: (hours: number) => MOMENTS[hours] ?? `${hours} hours`,
} as const;
