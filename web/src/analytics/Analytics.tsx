import { parseDate, today } from "@internationalized/date";
import { type ReactNode, useMemo, useState } from "react";
import { useSearchParams } from "wouter";
import { type Followers, type Group, type Grouping, lacksPermission, type SumsReport, useSums } from "../api/analytics";
import { useConnections } from "../api/connections";
import type { Connection } from "../api/types";
import { Top } from "../shell/Top";
import { ANALYTICS, numberText } from "../strings/analytics";
import { LOADED } from "../strings/errors";
import { isolated } from "../strings/isolated";
import { PLATFORMS } from "../strings/platforms";
import { SHELL } from "../strings/shell";
import { dayOf, momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { ButtonLink } from "../ui/Button";
import { Card, Empty, Skeleton } from "../ui/Card";
import { SelectField } from "../ui/Field";
import { Handle } from "../ui/Handle";
import { connectAddress } from "../ui/LostAccess";
import { Numbers } from "../ui/Numbers";
import { Problem } from "../ui/Problem";
import { Segments } from "../ui/Segments";
import { useNarrow } from "../ui/useNarrow";
import styles from "./Analytics.module.css";
import Chart from "./Chart";
import {
  columnsOf,
  course,
  followersFirst,
  groupingOf,
  keyOf,
  lastOfEachDay,
  mostMeasured,
  readingOf,
  sumOf,
} from "./groups";
import { ticksOf } from "./ticks";

/** The owner's connections, or `null` before they are loaded. */
type Known = readonly Connection[] | null;

const PERIODS = ["7", "28", "90"] as const;
const GROUPINGS = Object.keys(ANALYTICS.groupings) as Grouping[];

/** The numbers of the posts of a period: by platform, campaign, day or connection, and the followers. */
export default function Analytics() {
  const { zone } = useZone();
  const [query, setQuery] = useSearchParams();
  const by = groupingOf(query.get("by"));
  const period = PERIODS.find((each) => each === query.get("days")) ?? "28";
  const end = today(zone).add({ days: 1 });
  const from = end.subtract({ days: Number(period) }).toString();
  const found = useSums({ from, to: end.toString(), timezone: zone }, by);
  const connections = useConnections().data?.connections ?? null;
  return (
    <>
      <Top title={ANALYTICS.title}>
        <span className="push" />
        <SelectField
          label={ANALYTICS.period}
          isLabelHidden
          choices={PERIODS.map((value) => ({ value, label: ANALYTICS.days(Number(value)) }))}
          value={period}
          onChange={(days) => setQuery({ by, days })}
        />
      </Top>
      <Segments
        label={ANALYTICS.grouping}
        segments={GROUPINGS.map((id) => ({
          id,
          label: ANALYTICS.heads[id],
          href: `/analytics?by=${id}&days=${period}`,
        }))}
        current={by}
      />
      {found.isPending && <Skeleton lines={8} label={SHELL.loading} />}
      {found.isError && <Problem what={LOADED.metrics} error={found.error} onRetry={() => found.refetch()} />}
      {found.isSuccess && <Report report={found.data} by={by} connections={connections} />}
    </>
  );
}

function Report({ report, by, connections }: { report: SumsReport; by: Grouping; connections: Known }) {
  const { zone } = useZone();
  const time = (instant: string) => momentOf(instant, zone);
  const next = report.nextReadingAt;
  const isLate = next !== null && Date.parse(next) < Date.now();
  return (
    <>
      <p className={`${styles.facts} small soft`}>
        {report.asOf && <span>{ANALYTICS.asOf(time(report.asOf))}</span>}
        {report.asOf && next && (
          <span>{isLate ? ANALYTICS.readingLate(time(next)) : ANALYTICS.nextReading(time(next))}</span>
        )}
        {report.total.deleted > 0 && <span>{ANALYTICS.deletedCount(report.total.deleted)}</span>}
      </p>
      <div className={styles.cards}>
        <Problems report={report} connections={connections} />
        {report.total.measured === 0 ? (
          <Card label={ANALYTICS.numbers}>
            <Empty title={ANALYTICS.emptyTitle}>
              <p>{next && !isLate ? ANALYTICS.firstNumbers(time(next)) : ANALYTICS.firstLater}</p>
            </Empty>
          </Card>
        ) : (
          <Sums report={report} by={by} connections={connections} />
        )}
        <FollowerCounts followers={report.followers} connections={connections} />
      </div>
    </>
  );
}

function Problems({ report, connections }: { report: SumsReport; connections: Known }) {
  const { zone } = useZone();
  const time = (instant: string) => momentOf(instant, zone);
  if (report.problems.length === 0) return null;
  return (
    <Card isPadded labelledBy="problems">
      <h2 id="problems">{ANALYTICS.problems}</h2>
      <ul className={styles.problems}>
        {report.problems.map(({ connectionId, platform, subject, code, reason, since }) => (
          <li key={`${connectionId} ${subject}`}>
            <p>
              <span className="strong">{PLATFORMS[platform].name}</span>{" "}
              <Handle className="soft">{handleOf(connectionId, connections)}</Handle>
              <br />
              {subject === "account"
                ? ANALYTICS.followersSince(time(since))
                : `${ANALYTICS.metricsSince(time(since))} ${ANALYTICS.metricsKept}`}
              <br />
              <span className="soft" dir="auto">
                {lacksPermission({ code }) ? ANALYTICS.scopeMissing : reason}
              </span>
            </p>
            {lacksPermission({ code }) && (
              <ButtonLink href={connectAddress(platform, connectionId)}>{ANALYTICS.grant}</ButtonLink>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Sums({ report, by, connections }: { report: SumsReport; by: Grouping; connections: Known }) {
  const { zone } = useZone();
  const isNarrow = useNarrow();
  const all = columnsOf(report.total);
  const [chosen, setChosen] = useState<string | null>(null);
  const metric = chosen !== null && all.includes(chosen) ? chosen : mostMeasured(report.total);
  // A phone has room for one metric.
  const columns = isNarrow && metric ? [metric] : all;
  const groups: Group[] = report.groups ?? [];
  const isWaiting = groups.some((group) => readingOf(group, report.nextReadingAt) === "waiting");
  const metricsOf = (sums: Group | SumsReport["total"]) => {
    const reading = readingOf(sums, report.nextReadingAt);
    if (reading !== "read") {
      if (columns.length === 0) return [];
      const text = reading === "waiting" ? ANALYTICS.notReadYet : ANALYTICS.notRead;
      return [{ id: "reading", span: columns.length, value: <span className="faint small">{text}</span> }];
    }
    return columns.map((name) => {
      const found = sums.metrics.find((each) => each.name === name);
      return {
        id: name,
        value: found && (
          <>
            {numberText(found.value)}
            {/* Without the note, every publication has the metric. */}
            {found.publications < sums.publications && (
              <small className="faint small">{ANALYTICS.of(found.publications, sums.publications)}</small>
            )}
          </>
        ),
      };
    });
  };
  const cellsOf = (sums: Group | SumsReport["total"]) => [
    {
      id: "publications",
      value: (
        <>
          {numberText(sums.publications)}
          {sums.measured > 0 && sums.measured < sums.publications && (
            <small className="faint small">{ANALYTICS.read(sums.measured)}</small>
          )}
        </>
      ),
    },
    ...metricsOf(sums),
  ];
  return (
    <Card isPadded labelledBy="sums">
      <div className={styles.head}>
        <h2 id="sums">{ANALYTICS.groupings[by]}</h2>
        <span className="push" />
        {(by === "day" || isNarrow) && metric && (
          <SelectField
            label={ANALYTICS.metric}
            isLabelHidden
            choices={all.map((value) => ({ value, label: ANALYTICS.nameOf(value) }))}
            value={metric}
            onChange={setChosen}
          />
        )}
      </div>
      <p className="small soft">
        {by === "day" ? ANALYTICS.received.day : ANALYTICS.received.others} {ANALYTICS.counting}
      </p>
      {by === "day" && metric && <DayChart report={report} groups={groups} metric={metric} />}
      <Numbers
        label={ANALYTICS.groupings[by]}
        heads={[
          { id: "group", name: ANALYTICS.heads[by] },
          { id: "publications", name: ANALYTICS.publications },
          ...columns.map((id) => ({ id, name: ANALYTICS.nameOf(id) })),
        ]}
        rows={[
          ...groups.map((group) => ({
            id: keyOf(group),
            name: nameOf(group, connections, zone),
            cells: cellsOf(group),
          })),
          { id: "total", name: <span className="strong">{ANALYTICS.total}</span>, cells: cellsOf(report.total) },
        ]}
      />
      {report.moreGroups && <p className="small soft">{ANALYTICS.moreGroups}</p>}
      <p className="small faint">
        {isWaiting && `${ANALYTICS.unread} `}
        {ANALYTICS.absent} {ANALYTICS.reposts}
      </p>
    </Card>
  );
}

function DayChart({ report, groups, metric }: { report: SumsReport; groups: readonly Group[]; metric: string }) {
  const { zone } = useZone();
  const [at, values, ticks] = useMemo(() => {
    const days: string[] = [];
    for (let day = parseDate(report.from); day.compare(parseDate(report.to)) < 0; day = day.add({ days: 1 })) {
      days.push(day.toString());
    }
    const instants = days.map((day) => parseDate(day).toDate(report.timezone).getTime() / 1000);
    const values = course(groups, days, metric);
    return [instants, values, ticksOf(values, true)] as const;
  }, [report, groups, metric]);
  const name = ANALYTICS.nameOf(metric);
  const most = Math.max(...values.map((value) => value ?? 0));
  const peak = groups.find((group) => sumOf(group, metric) === most);
  const day = (text: string) => dayOf(parseDate(text).toDate(zone), zone);
  const last = parseDate(report.to).subtract({ days: 1 }).toString();
  const text = ANALYTICS.perDay(
    name,
    day(report.from),
    day(last),
    numberText(most),
    day(peak ? keyOf(peak) : report.from),
  );
  return <Chart text={text} zone={report.timezone} at={at} ticks={ticks} values={values} />;
}

function FollowerCounts({ followers, connections }: { followers: readonly Followers[]; connections: Known }) {
  const { zone } = useZone();
  // Another grouping keeps the account.
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = followers.find(({ connectionId }) => connectionId === chosen) ?? followersFirst(followers);
  const [counts, at, values, ticks] = useMemo(() => {
    const counts = lastOfEachDay(shown?.counts ?? [], zone);
    const values = counts.map((count) => count.followers);
    return [counts, counts.map((count) => Date.parse(count.at) / 1000), values, ticksOf(values, false)] as const;
  }, [shown, zone]);
  const [axisBegin = 0] = ticks;
  const label = ({ connectionId, platform }: Followers) =>
    `${PLATFORMS[platform].name}, ${isolated(handleOf(connectionId, connections))}`;
  return (
    <Card isPadded labelledBy="followers">
      <div className={styles.head}>
        <h2 id="followers">{ANALYTICS.followers}</h2>
        <span className="push" />
        {shown && followers.length > 1 && (
          <SelectField
            label={ANALYTICS.followersOf}
            isLabelHidden
            choices={followers.map((each) => ({ value: each.connectionId, label: label(each) }))}
            value={shown.connectionId}
            onChange={setChosen}
          />
        )}
      </div>
      {shown ? (
        <>
          <FollowerChange counts={counts} />
          <Chart
            text={ANALYTICS.followersText(label(shown), numberText(values[0] ?? 0), numberText(values.at(-1) ?? 0))}
            zone={zone}
            at={at}
            ticks={ticks}
            values={values}
          />
          {axisBegin > 0 && <p className="small faint">{ANALYTICS.axisBegins(numberText(axisBegin))}</p>}
          <details className={styles.values}>
            <summary>{ANALYTICS.values}</summary>
            <Numbers
              label={ANALYTICS.followersTable(label(shown))}
              heads={[
                { id: "at", name: ANALYTICS.at },
                { id: "followers", name: ANALYTICS.followers },
              ]}
              rows={shown.counts.toReversed().map((count) => ({
                id: count.at,
                name: momentOf(count.at, zone),
                cells: [{ id: "followers", value: numberText(count.followers) }],
              }))}
            />
          </details>
        </>
      ) : (
        <p className="soft">{ANALYTICS.noFollowers}</p>
      )}
    </Card>
  );
}

/** The newest number of followers, and its change in the period. */
function FollowerChange({ counts }: Pick<Followers, "counts">) {
  const { zone } = useZone();
  const [first, last] = [counts[0], counts.at(-1)];
  if (!first || !last) return null;
  return (
    <p>
      <span className="strong">{numberText(last.followers)}</span>{" "}
      <span className="soft">{ANALYTICS.followersOn(dayOf(last.at, zone))}</span>
      {first !== last && (
        <span className="soft">
          {": "}
          {ANALYTICS.followersChange(last.followers - first.followers, dayOf(first.at, zone))}
        </span>
      )}
    </p>
  );
}

function nameOf(group: Group, connections: Known, zone: string): ReactNode {
  if ("connectionId" in group) {
    return (
      <>
        {PLATFORMS[group.platform].name}
        <br />
        <Handle className="soft">{handleOf(group.connectionId, connections)}</Handle>
      </>
    );
  }
  if ("platform" in group) return PLATFORMS[group.platform].name;
  if ("day" in group) return dayOf(parseDate(group.day).toDate(zone), zone);
  return <bdi>{group.campaign ?? ANALYTICS.noCampaign}</bdi>;
}

function handleOf(connectionId: string, connections: Known): string {
  if (!connections) return ANALYTICS.unknownConnection;
  return connections.find(({ id }) => id === connectionId)?.handle ?? ANALYTICS.goneConnection;
}
