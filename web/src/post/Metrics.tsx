import { type MeasuredPublication, usePostMetrics } from "../api/analytics";
import type { Connection } from "../api/types";
import { ANALYTICS, numberText } from "../strings/analytics";
import { PLATFORMS } from "../strings/platforms";
import { SHELL } from "../strings/shell";
import { dayOf, timeOf } from "../time/format";
import { useZone } from "../time/zone";
import { ButtonLink } from "../ui/Button";
import { Card, Skeleton } from "../ui/Card";
import { Numbers } from "../ui/Numbers";
import { Problem } from "../ui/Problem";
import { Tile } from "../ui/Tile";

/** The metrics of a post's publications, over time. */
export function Metrics({ postId, connections }: { postId: string; connections: readonly Connection[] }) {
  const { zone } = useZone();
  const found = usePostMetrics(postId);
  if (found.isSuccess && found.data.publications.length === 0) return null;
  return (
    <Card isPadded labelledBy="numbers">
      <div className="row">
        <h2 id="numbers">{ANALYTICS.numbers}</h2>
        {found.data?.asOf && (
          <span className="push small faint">
            {ANALYTICS.asOf(`${dayOf(found.data.asOf, zone)}, ${timeOf(found.data.asOf, zone)}`)}
          </span>
        )}
      </div>
      {found.isPending && <Skeleton lines={3} label={SHELL.loading} />}
      {found.isError && <Problem error={found.error} onRetry={() => found.refetch()} />}
      {found.data?.publications.map((publication) => (
        <Publication
          key={publication.publicationId}
          publication={publication}
          handle={connections.find(({ id }) => id === publication.connectionId)?.handle ?? ""}
        />
      ))}
    </Card>
  );
}

function Publication({ publication, handle }: { publication: MeasuredPublication; handle: string }) {
  const { zone } = useZone();
  const { platform, snapshots, metrics, problem, deletedAt, nextReadingAt } = publication;
  const valueAt = (hours: number, name: string) => {
    const metric = snapshots.find((each) => each.hours === hours)?.metrics.find((each) => each.name === name);
    return metric && numberText(metric.value, metric.unit);
  };
  return (
    <div className="stack">
      <div className="row">
        <Tile platform={platform} />
        <span className="strong">{PLATFORMS[platform].name}</span>
        <bdi className="soft">{handle}</bdi>
      </div>
      {deletedAt && <p className="small soft">{ANALYTICS.deleted(dayOf(deletedAt, zone))}</p>}
      {problem && (
        <div className="row">
          <p className="small soft" dir="auto">
            {problem.reason}
          </p>
          {problem.code === "scope_missing" && (
            <ButtonLink href={`/connections?connect=${platform}`}>{ANALYTICS.grant}</ButtonLink>
          )}
        </div>
      )}
      {snapshots.length === 0 ? (
        <p className="small soft">
          {nextReadingAt && Date.parse(nextReadingAt) > Date.now()
            ? ANALYTICS.firstNumbers(`${dayOf(nextReadingAt, zone)}, ${timeOf(nextReadingAt, zone)}`)
            : ANALYTICS.noNumbers}
        </p>
      ) : (
        <Numbers
          label={`${PLATFORMS[platform].name}: ${ANALYTICS.numbers}`}
          heads={[
            { id: "metric", name: ANALYTICS.metric },
            ...snapshots.map(({ hours }) => ({ id: String(hours), name: ANALYTICS.momentOf(hours) })),
          ]}
          rows={metrics.map(({ name, platformName }) => ({
            id: name,
            name: (
              <>
                <bdi>{ANALYTICS.nameOf(name)}</bdi>
                {platformName !== name && <small className="faint small">{platformName}</small>}
              </>
            ),
            cells: snapshots.map(({ hours }) => ({ id: String(hours), value: valueAt(hours, name) })),
          }))}
        />
      )}
    </div>
  );
}
