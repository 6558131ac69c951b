import { today } from "@internationalized/date";
import type { ReactNode } from "react";
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
  loaded,
  isLoading,
  empty,
  onCompose,
}: Days & {
  /** What the view shows if no post matches the filters; null without filters. */
  empty: ReactNode;
}) {
  const full = days.filter((day) => grouped.has(day.toString()));
  if (full.length === 0 && loaded.size < days.length)
    return isLoading ? <Skeleton lines={9} label={SHELL.loading} /> : null;
  return (
    <Card label={CALENDAR.views.agenda}>
      {full.length === 0 &&
        (empty ?? (
          <Empty title={CALENDAR.emptyTitle}>
            <p>{CALENDAR.emptyText}</p>
          </Empty>
        ))}
      {full.map((day) => (
        <section
          key={day.toString()}
          className={styles.day}
          aria-label={nameOf(day)}
          data-day={day.toString()}
          tabIndex={-1}
        >
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
