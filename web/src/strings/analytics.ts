const NAMES: Record<string, string> = {
  impressions: "Impressions",
  reach: "Reach",
  views: "Views",
  reactions: "Reactions",
  comments: "Comments",
  shares: "Shares",
  reposts: "Reposts",
  saves: "Saves",
  clicks: "Clicks",
  follows: "Follows",
  engagementRate: "Engagement rate",
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

/** The texts of the metrics of posts. */
export const ANALYTICS = {
  title: "Analytics",
  numbers: "Metrics",
  metric: "Metric",
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
  moreGroups: "Only the 500 groups with the most publications are shown.",
  asOf: (time: string) => `Newest metrics: ${time}`,
  nextReading: (time: string) => `Next reading: ${time}`,
  readingWaits: "The next reading waits for the platform.",
  emptyTitle: "There are no metrics yet",
  firstNumbers: (time: string) => `The first metrics are read at ${time}.`,
  firstLater: "The first metrics are read an hour after a post is published.",
  noNumbers: "No metrics yet.",
  furtherParts: "Metrics of further parts",
  everyReading: "Show every reading",
  newestOnly: "Show only the newest readings",
  absent:
    "A cell is empty if the platform does not give the metric. “3 of 5” means that only 3 of 5 publications have it.",
  values: "Show the values",
  of: (some: number, all: number) => `${some} of ${all}`,
  perDay: (metric: string, first: string, last: string, most: string, day: string) =>
    `${metric} by day, from ${first} to ${last}. The highest value is ${most}, on ${day}. The table has all values.`,
  followers: "Followers",
  followersOf: "Followers of",
  followersTable: (name: string) => `Followers of ${name}`,
  followersText: (name: string, first: string, last: string) =>
    `Followers of ${name}: ${first} at the beginning and ${last} at the end. The table has all values.`,
  at: "At",
  noFollowers: "No followers were counted in this period.",
  deleted: (day: string) => `Not on the platform since ${day}`,
  deletedCount: (count: number) =>
    count === 1
      ? "1 publication is no longer on its platform."
      : `${count} publications are no longer on their platform.`,
  grant: "Reconnect to grant it",
  problems: "Metrics that could not be read",
  nameOf: (name: string) => NAMES[name] ?? name,
  momentOf: (hours: number) => MOMENTS[hours] ?? `${hours} hours`,
} as const;
