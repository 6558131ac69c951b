import type { Job } from "../api/types";

/** The maximum difference between the clocks of the browser and of the API, with the time between their answers. */
const TOLERANCE = 60_000;

/**
 * Return the oldest overdue job, or `null` if it is not among `jobs`. The API returns only the seconds since its time, so
 * the job is found by this time. Jobs that are not overdue, because they wait for a next attempt, are often older.
 */
export function oldestOverdue<Each extends Pick<Job, "scheduledAt">>(
  jobs: readonly Each[],
  ageSeconds: number,
  now: number,
): Each | null {
  const distance = ({ scheduledAt }: Each) => Math.abs(now - ageSeconds * 1000 - Date.parse(scheduledAt));
  const [nearest = null] = jobs.toSorted((one, other) => distance(one) - distance(other));
  return nearest && distance(nearest) <= TOLERANCE ? nearest : null;
}
