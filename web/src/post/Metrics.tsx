import { useState } from "react";
import { lacksPermission, type MeasuredPublication, type MetricValue, usePostMetrics } from "../api/analytics";
import type { Connection, Post } from "../api/types";
import { ANALYTICS, mainAndOthers, numberText } from "../strings/analytics";
import { LOADED } from "../strings/errors";
import { PLATFORMS } from "../strings/platforms";
import { SHELL } from "../strings/shell";
import { dayOf, momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { Button, ButtonLink } from "../ui/Button";
import { Card, Skeleton } from "../ui/Card";
import { connectAddress } from "../ui/LostAccess";
import { Numbers } from "../ui/Numbers";
import { Problem } from "../ui/Problem";
import { Tile } from "../ui/Tile";
import { useNarrow } from "../ui/useNarrow";
import { firstReadingText } from "./firstReading";
import styles from "./Metrics.module.css";
import { inOrder, partName } from "./Publications";

/** The number of readings that a phone shows without scrolling. */
const FEW = 3;

/** The metrics of a post's publications, over time. */
export function Metrics({ post, connections }: { post: Post; connections: readonly Connection[] }) {
  const { zone } = useZone();
  const found = usePostMetrics(post.id);
  const isNarrow = useNarrow();
  const [showsAll, setShowsAll] = useState(false);
  const publications = inOrder(found.data?.publications ?? []);
  if (found.isSuccess && publications.length === 0) return null;
  const [first] = publications;
  const hasNothing = publications.every(
    ({ snapshots, problem, deletedAt }) => snapshots.length === 0 && !problem && !deletedAt,
  );
  const further = publications.filter(({ part }) => part > 1);
  // All tables have the same columns, so that the same moment stands in the same place.
  const moments = [...new Set(publications.flatMap(({ snapshots }) => snapshots.map(({ hours }) => hours)))].toSorted(
    (one, other) => one - other,
  );
  const hasMore = isNarrow && moments.length > FEW;
  const columns = hasMore && !showsAll ? moments.slice(-FEW) : moments;
  const show = (publication: MeasuredPublication) => (
    <Publication
      key={publication.publicationId}
      publication={publication}
      columns={columns}
      handle={connections.find(({ id }) => id === publication.connectionId)?.handle ?? ""}
      part={publication.part > 1 ? partName(post, publication) : null}
    />
  );
  return (
    <Card isPadded labelledBy="numbers">
      <div className="row">
        <h2 id="numbers">{ANALYTICS.numbers}</h2>
        {found.data?.asOf && (
          <span className="push small faint">{ANALYTICS.asOf(momentOf(found.data.asOf, zone))}</span>
        )}
      </div>
      {found.isPending && <Skeleton lines={3} label={SHELL.loading} />}
      {found.isError && <Problem what={LOADED.metrics} error={found.error} onRetry={() => found.refetch()} />}
      {first && hasNothing ? (
        <p className="soft">{firstReadingText(publications, Date.now(), zone)}</p>
      ) : (
        <>
          {publications.filter(({ part }) => part === 1).map(show)}
          {further.length > 0 && (
            <details className={styles.further}>
              <summary>{ANALYTICS.furtherParts}</summary>
              <div className="stack">{further.map(show)}</div>
            </details>
          )}
          {hasMore && (
            <div>
              <Button isCompact onPress={() => setShowsAll(!showsAll)}>
                {showsAll ? ANALYTICS.newestOnly : ANALYTICS.everyReading}
              </Button>
            </div>
          )}
        </>
      )}
    </Card>
  );
}

function Publication({
  publication,
  columns,
  handle,
  part,
}: {
  publication: MeasuredPublication;
  /** The readings to show, in hours after the publication. */
  columns: readonly number[];
  handle: string;
  part: string | null;
}) {
  const { zone } = useZone();
  const isNarrow = useNarrow();
  const { platform, snapshots, metrics, problem, deletedAt } = publication;
  const valueAt = (hours: number, name: string) => {
    const metric = snapshots.find((each) => each.hours === hours)?.metrics.find((each) => each.name === name);
    return metric && numberText(metric.value, metric.unit);
  };
  const [main, others] = mainAndOthers(metrics);
  const table = (title: string, shown: readonly MetricValue[]) => (
    <Numbers
      isEven={columns.length <= FEW || !isNarrow}
      label={`${PLATFORMS[platform].name}${part ? `, ${part}` : ""}: ${title}`}
      heads={[
        { id: "metric", name: ANALYTICS.metric },
        ...columns.map((hours) => ({ id: String(hours), name: ANALYTICS.momentOf(hours) })),
      ]}
      rows={shown.map(({ name }) => ({
        id: name,
        name: <bdi>{ANALYTICS.nameOf(name)}</bdi>,
        cells: columns.map((hours) => ({ id: String(hours), value: valueAt(hours, name) })),
      }))}
    />
  );
  return (
    <div className="stack">
      <div className="row">
        <Tile platform={platform} />
        <span className="strong">{PLATFORMS[platform].name}</span>
        <bdi className="soft">{handle}</bdi>
        {part && <span className="faint">{part}</span>}
      </div>
      {deletedAt && <p className="small soft">{ANALYTICS.deleted(dayOf(deletedAt, zone))}</p>}
      {problem && (
        <div className="row">
          <p className="small soft" dir="auto">
            {lacksPermission(problem) ? ANALYTICS.scopeMissing : problem.reason}
          </p>
          {lacksPermission(problem) && (
            <ButtonLink href={connectAddress(platform, publication.connectionId)}>{ANALYTICS.grant}</ButtonLink>
          )}
        </div>
      )}
      {snapshots.length === 0 ? (
        // The reason why there are no metrics is the only sentence about them.
        !problem && !deletedAt && <p className="small soft">{firstReadingText([publication], Date.now(), zone)}</p>
      ) : (
        <>
          {table(ANALYTICS.numbers, main)}
          {others.length > 0 && (
            <details className={styles.further}>
              <summary>{ANALYTICS.others}</summary>
              {table(ANALYTICS.others, others)}
            </details>
          )}
        </>
      )}
    </div>
  );
}
