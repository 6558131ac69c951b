import { today } from "@internationalized/date";
import { useQuery } from "@tanstack/react-query";
import { api, body } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type PostMetrics = Schemas["PostMetrics"];
export type MeasuredPublication = Schemas["MeasuredPublication"];
export type MetricValue = Schemas["MetricValue"];
export type SumsReport = Schemas["SumsReport"];
export type Sums = Schemas["Sums"];
export type Followers = Schemas["Followers"];
export type ConnectionProblem = Schemas["ConnectionProblem"];
export type Group = NonNullable<SumsReport["groups"]>[number];
export type Grouping = "platform" | "campaign" | "day" | "connection";

const NONE: readonly never[] = [];

/** Return whether a person can solve a problem: they reconnect the account, and grant the permission to read metrics. */
export function lacksPermission({ code }: Pick<ConnectionProblem, "code">): boolean {
  return code === "scope_missing";
}

/** Return the metrics of a post over time. */
export function usePostMetrics(postId: string) {
  return useQuery({
    queryKey: ["posts", "metrics", postId],
    queryFn: async () =>
      (await body(api.GET("/api/social/posts/analytics", { params: { query: { postId } } }))) as PostMetrics,
  });
}

/** Return the sums of a period by group. `to` is the day after the last day. */
export function useSums(period: { from: string; to: string; timezone: string }, groupBy: Grouping) {
  return useQuery({
    queryKey: ["posts", "sums", period, groupBy],
    queryFn: async () =>
      (await body(api.GET("/api/social/posts/analytics", { params: { query: { ...period, groupBy } } }))) as SumsReport,
    placeholderData: (old) => old,
  });
}

/** Return the problems with the metrics of connections: none before they are loaded. */
export function useMetricProblems(zone: string): readonly ConnectionProblem[] {
  // The problems are the same for each period, and a day has the fewest numbers.
  const from = today(zone);
  const found = useSums({ from: from.toString(), to: from.add({ days: 1 }).toString(), timezone: zone }, "platform");
  return found.data?.problems ?? NONE;
}
