import { CALENDAR } from "../strings/calendar";
import { SHELL } from "../strings/shell";
import { Card, Empty, Skeleton } from "../ui/Card";
import styles from "./Agenda.module.css";
import { DayList } from "./DayList";
import type { Days } from "./Month";
import { nameOf } from "./title";

/** Thirty days as a list, without the days on which nothing is planned. */
export function Agenda({ days, grouped, zone, isLoading, onCompose }: Days & { isLoading: boolean }) {
  const full = days.filter((day) => grouped.has(day.toString()));
  if (isLoading) return <Skeleton lines={9} label={SHELL.loading} />;
  return (
    <Card label={CALENDAR.views.agenda}>
      {full.length === 0 && (
        <Empty title={CALENDAR.emptyTitle}>
          <p>{CALENDAR.emptyText}</p>
        </Empty>
      )}
      {full.map((day) => (
        <section key={day.toString()} className={styles.day} aria-label={nameOf(day)}>
          <h2>{nameOf(day)}</h2>
          <DayList day={day} entries={grouped.get(day.toString()) ?? []} zone={zone} onCompose={onCompose} />
        </section>
      ))}
    </Card>
  );
}
