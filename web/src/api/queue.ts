import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, api, body } from "./client";
import type { components } from "./schema";
import type { Job, JobState, Platform } from "./types";

export type { JobState } from "./types";

type Schemas = components["schemas"];
export type Pause = Schemas["Pause"];
export type Scope = Schemas["ScopeName"];

const EVERY = 5_000;
/** As often as the events of the owner are read. No event says that a pause begins or ends. */
const PAUSES_EVERY = 30_000;

/** Return the counts of the jobs of all owners, and the pauses. */
export const useQueue = () =>
  useQuery({
    queryKey: ["queue"],
    queryFn: () => body(api.GET("/api/social/queue")),
    refetchInterval: EVERY,
  });

/** Return the pauses that can affect the posts of the owner, or `null` while they are not known. */
export function usePauses(): { pauses: readonly Pause[] | null; isPending: boolean } {
  const { data, isPending } = useQuery({
    queryKey: ["queue", "own"],
    queryFn: () => body(api.GET("/api/social/queue", { params: { query: { scope: "own" } } })),
    refetchInterval: PAUSES_EVERY,
  });
  return { pauses: data?.pauses ?? null, isPending };
}

const jobsIn = (state: JobState) => ({
  queryKey: ["queue", "jobs", state],
  queryFn: async (): Promise<Job[]> => {
    const page = await body(api.GET("/api/social/queue/jobs", { params: { query: { state, take: 50 } } }));
    return "jobs" in page ? page.jobs : [];
  },
  refetchInterval: EVERY,
});

/** Return the first jobs in a state. */
export const useJobs = (state: JobState) => useQuery(jobsIn(state));

/** The states of the jobs that can be overdue. The API lists these jobs in the order of their times. */
const OPEN: readonly JobState[] = ["delayed", "waiting", "active"];

/** Return the first jobs in each state in which a job can be overdue. */
export const useOpenJobs = (isEnabled: boolean): readonly Job[] =>
  useQueries({
    queries: OPEN.map((state) => ({ ...jobsIn(state), enabled: isEnabled })),
    combine: (lists) => lists.flatMap(({ data }) => data ?? []),
  });

/** Return the result of each check of the queue's dependencies. An unhealthy queue is a result, not an error. */
export const useHealth = () =>
  useQuery({
    queryKey: ["queue", "health"],
    queryFn: async (): Promise<Schemas["Checks"]> => {
      try {
        return (await body(api.GET("/api/social/queue/health"))).checks;
      } catch (error) {
        if (error instanceof ApiError && error.checks) return error.checks;
        throw error;
      }
    },
    refetchInterval: 30_000,
  });

/** Return the state of the scheduler. */
export const useScheduler = () =>
  useQuery({
    queryKey: ["queue", "scheduler"],
    queryFn: () => body(api.GET("/api/social/scheduler")),
    refetchInterval: EVERY,
  });

function useOperation<Input, Output>(operate: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: operate, onSettled: () => queries.invalidateQueries({ queryKey: ["queue"] }) });
}

/** The publications that a pause holds. */
export interface PauseScope {
  scope: Scope;
  platform?: Platform | null;
  ownerId?: string | null;
  campaign?: string | null;
}

/** Hold publications, with a reason. */
export const usePause = () =>
  useOperation((pause: PauseScope & { reason: string }) =>
    body(api.POST("/api/social/queue", { body: { action: "pause", ...pause } })),
  );

/** End a pause. */
export const useResume = () =>
  useOperation(({ scope, platform, ownerId, campaign }: PauseScope) =>
    body(
      api.POST("/api/social/queue", {
        body: {
          action: "resume",
          scope,
          platform: platform ?? null,
          ownerId: ownerId ?? null,
          campaign: campaign ?? null,
        },
      }),
    ),
  );

/** Send the publications of dead letters again. */
export const useRedrive = () =>
  useOperation(async () => {
    const result = await body(api.POST("/api/social/queue", { body: { action: "redrive" } }));
    return "sent" in result ? { sent: result.sent, settled: result.settled } : { sent: 0, settled: 0 };
  });

/** Start or stop the scheduler, or run a tick now. */
export const useSchedulerAction = () =>
  useOperation((action: "start" | "stop" | "check") => body(api.POST("/api/social/scheduler", { body: { action } })));
