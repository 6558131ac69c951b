import type { MeasuredPublication } from "../api/analytics";
import { ANALYTICS } from "../strings/analytics";
import { momentOf } from "../time/format";

/** The first reading is an hour after the publication. A later one follows an attempt that brought no metrics. */
const FIRST_AFTER = 3_600_000;

type Waiting = Pick<MeasuredPublication, "publishedAt" | "nextReadingAt">;

/** Return when metrics are read for the first time of any of these publications, none of which has metrics yet. */
export function firstReadingText(publications: readonly Waiting[], now: number, zone: string): string {
  const [next] = publications
    .flatMap(({ publishedAt, nextReadingAt }) =>
      nextReadingAt === null ? [] : [{ at: Date.parse(nextReadingAt), publishedAt: Date.parse(publishedAt) }],
    )
    .filter(({ at }) => at > now)
    .toSorted((one, other) => one.at - other.at);
  if (!next) return ANALYTICS.noNumbers;
  const time = momentOf(new Date(next.at).toISOString(), zone);
  return next.at > next.publishedAt + FIRST_AFTER ? ANALYTICS.readAgain(time) : ANALYTICS.firstNumbers(time);
}
