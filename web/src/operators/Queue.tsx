import { useState } from "react";
import { Link } from "react-aria-components";
import {
  type JobState,
  useHealth,
  useJobs,
  useOpenJobs,
  useQueue,
  useRedrive,
  useScheduler,
  useSchedulerAction,
} from "../api/queue";
import type { Job } from "../api/types";
import { useMe } from "../session/Session";
import { Top } from "../shell/Top";
import { LOADED } from "../strings/errors";
import { QUEUE } from "../strings/queue";
import { SHELL } from "../strings/shell";
import { durationOf, momentOf, secondsOf } from "../time/format";
import { useZone } from "../time/zone";
import { Button } from "../ui/Button";
import { Card, Empty, Skeleton } from "../ui/Card";
import { SelectField } from "../ui/Field";
import { Problem } from "../ui/Problem";
import { State } from "../ui/State";
import { Tiles } from "../ui/Tile";
import { oldestOverdue } from "./overdue";
import { Pauses } from "./Pauses";
import styles from "./Queue.module.css";

const STATES = Object.keys(QUEUE.states) as JobState[];

/** One plain page for operators: counts, pauses, health, scheduler and jobs. */
export default function Queue() {
  if (!useMe().scopes.includes("operate")) {
    return (
      <>
        <Top title={QUEUE.title} />
        <Empty title={QUEUE.onlyOperators}>
          <p>{QUEUE.askOperator}</p>
        </Empty>
      </>
    );
  }
  return (
    <>
      <Top title={QUEUE.title} />
      <div className={styles.cards}>
        <Counts />
        <Pauses />
        <Health />
        <SchedulerCard />
      </div>
      <Jobs />
    </>
  );
}

function Counts() {
  const queue = useQueue();
  const age = queue.data?.oldestDueAgeSeconds ?? null;
  const jobs = useOpenJobs(age !== null);
  const oldest = age === null ? null : oldestOverdue(jobs, age, queue.dataUpdatedAt);
  return (
    <Card isPadded labelledBy="counts">
      <h2 id="counts">{QUEUE.counts}</h2>
      {queue.isPending && <Skeleton lines={4} label={SHELL.loading} />}
      {queue.isError && <Problem what={LOADED.queue} error={queue.error} onRetry={() => queue.refetch()} />}
      {queue.isSuccess && (
        <>
          <dl className={styles.counts}>
            {STATES.map((state) => (
              <div key={state}>
                <dt className="small soft">{QUEUE.states[state]}</dt>
                <dd>{QUEUE.count(queue.data.counts[state] ?? 0, queue.data.capped.includes(state))}</dd>
              </div>
            ))}
          </dl>
          {age === null ? (
            <p className="small soft">{QUEUE.nothingOverdue}</p>
          ) : (
            <p className="small soft">
              {QUEUE.overdue(durationOf(age * 1000))}
              {oldest && (
                <>
                  {" "}
                  {QUEUE.overdueSince} <JobTime job={oldest} />. {QUEUE.overdueOf} <bdi>{oldest.ownerId}</bdi>.
                </>
              )}
            </p>
          )}
        </>
      )}
    </Card>
  );
}

/** The time of a job. It leads to the post, if the post is one of the reader's owner: other posts cannot be opened. */
function JobTime({ job }: { job: Job }) {
  const { zone } = useZone();
  const { owner } = useMe();
  const time = momentOf(job.scheduledAt, zone);
  return job.ownerId === owner ? <Link href={`/posts/${job.postId}`}>{time}</Link> : time;
}

function Health() {
  const health = useHealth();
  const redrive = useRedrive();
  const { deadLetters = null, ...others } = health.data ?? {};
  const checks = Object.entries(others);
  return (
    <Card isPadded labelledBy="health">
      <h2 id="health">{QUEUE.health}</h2>
      {health.isPending && <Skeleton lines={4} label={SHELL.loading} />}
      {health.isError && <Problem error={health.error} onRetry={() => health.refetch()} />}
      <p className="small soft">{QUEUE.healthCovers}</p>
      <ul className="stack">
        {checks.map(([name, { ok, message }]) => (
          <li key={name} className="row">
            <State face={ok ? "published" : "failed"}>{QUEUE.checks[name]?.name ?? name}</State>
            <span className="small soft">{(ok && QUEUE.checks[name]?.fine) || message}</span>
          </li>
        ))}
      </ul>
      <h3>{QUEUE.deadLetters}</h3>
      <p className="small soft">{QUEUE.deadLettersHint}</p>
      <div className="row">
        <Button isPending={redrive.isPending} isDisabled={deadLetters?.count === 0} onPress={() => redrive.mutate()}>
          {QUEUE.redrive}
        </Button>
        {deadLetters && <span className="small soft">{deadLetters.message}</span>}
        {redrive.isSuccess && (
          <span role="status" className="small soft">
            {QUEUE.redriven(redrive.data.sent, redrive.data.settled)}
          </span>
        )}
      </div>
      {redrive.isError && <Problem error={redrive.error} />}
    </Card>
  );
}

function SchedulerCard() {
  const { zone } = useZone();
  const scheduler = useScheduler();
  const action = useSchedulerAction();
  return (
    <Card isPadded labelledBy="scheduler">
      <h2 id="scheduler">{QUEUE.scheduler}</h2>
      {scheduler.isPending && <Skeleton lines={2} label={SHELL.loading} />}
      {scheduler.isError && <Problem error={scheduler.error} onRetry={() => scheduler.refetch()} />}
      {scheduler.isSuccess && (
        <>
          <State face={scheduler.data.isRunning ? "published" : "failed"}>
            {scheduler.data.isRunning
              ? QUEUE.running(scheduler.data.interval.minutes, scheduler.data.interval.expression)
              : QUEUE.stopped}
          </State>
          {scheduler.data.lastTick && (
            <p className="small soft">{QUEUE.lastTick(secondsOf(scheduler.data.lastTick.startedAt, zone))}</p>
          )}
          <div className="row">
            <Button onPress={() => action.mutate(scheduler.data.isRunning ? "stop" : "start")}>
              {scheduler.data.isRunning ? QUEUE.stop : QUEUE.start}
            </Button>
            <Button onPress={() => action.mutate("check")}>{QUEUE.check}</Button>
          </div>
        </>
      )}
      {action.isError && <Problem error={action.error} />}
    </Card>
  );
}

function Jobs() {
  const [state, setState] = useState<JobState>("failed");
  const jobs = useJobs(state);
  return (
    <Card isPadded labelledBy="jobs">
      <div className="row">
        <h2 id="jobs">{QUEUE.jobs}</h2>
        <span className="push" />
        <SelectField
          label={QUEUE.jobsIn}
          isLabelHidden
          choices={STATES.map((value) => ({ value, label: QUEUE.states[value] }))}
          value={state}
          onChange={setState}
        />
      </div>
      {jobs.isPending && <Skeleton lines={4} label={SHELL.loading} />}
      {jobs.isError && <Problem what={LOADED.queue} error={jobs.error} onRetry={() => jobs.refetch()} />}
      {jobs.isSuccess && jobs.data.length > 1 && <p className="small soft">{QUEUE.order(state)}</p>}
      {jobs.isSuccess && jobs.data.length === 0 && <p className="soft">{QUEUE.noJobs}</p>}
      <ul className={styles.jobs}>
        {jobs.data?.map((job) => (
          <li key={job.id ?? job.postId}>
            <JobTime job={job} />
            <bdi className="soft">{job.ownerId}</bdi>
            <Tiles platforms={job.platforms} />
            <span className="small faint">{QUEUE.attempts(job.attemptsMade, job.attempts)}</span>
            <span className="small soft" dir="auto">
              {job.failedReason}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
