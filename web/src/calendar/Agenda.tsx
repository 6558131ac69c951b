import { today } from "@internationalized/date";
import { CALENDAR } from "../strings/calendar";
import { SHELL } from "../strings/shell";
import { Button } from "../ui/Button";
import { Card, Empty, Skeleton } from "../ui/Card";
import { Icon } from "../ui/Icon";
import styles from "./Agenda.module.css";
import { DayList } from "./DayList";
import type { Days } from "./Month";
import { nameOf } from "./title";

/** Thirty days as a list, without the days on which nothing is planned. */
export function Agenda({
  days,
  grouped,
  zone,
  isLoading,
  onClear,
  onCompose,
}: Days & {
  isLoading: boolean;
  /** Clears the filters; null if there are none. */
  onClear: (() => void) | null;
}) {
  const full = days.filter((day) => grouped.has(day.toString()));
  if (isLoading) return <Skeleton lines={9} label={SHELL.loading} />;
  return (
    <Card label={CALENDAR.views.agenda}>
      {full.length === 0 && (
        <Empty title={onClear ? CALENDAR.emptyFiltered : CALENDAR.emptyTitle}>
          {onClear ? <Button onPress={onClear}>{CALENDAR.clear}</Button> : <p>{CALENDAR.emptyText}</p>}
        </Empty>
      )}
      {full.map((day) => (
        <section key={day.toString()} className={styles.day} aria-label={nameOf(day)}>
          <div className={styles.head}>
            <h2>{nameOf(day)}</h2>
            {onCompose && day.compare(today(zone)) >= 0 && (
              <Button isIcon look="plain" aria-label={CALENDAR.newOn(nameOf(day))} onPress={() => onCompose(day)}>
                <Icon name="plus" />
              </Button>
            )}
          </div>
          <DayList day={day} entries={grouped.get(day.toString()) ?? []} zone={zone} onCompose={null} />
        </section>
      ))}
    </Card>
  );
}
