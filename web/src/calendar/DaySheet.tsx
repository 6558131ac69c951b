import type { CalendarDate } from "@internationalized/date";
import type { Entry } from "../api/calendar";
import { Sheet } from "../ui/Sheet";
import { DayList } from "./DayList";
import type { Compose } from "./Month";
import { nameOf } from "./title";

/** All posts of a day with more posts than its cell can show. */
export function DaySheet({
  day,
  entries,
  zone,
  onCompose,
  onClose,
}: {
  day: CalendarDate;
  entries: readonly Entry[];
  zone: string;
  onCompose: Compose | null;
  onClose: () => void;
}) {
  return (
    <Sheet title={nameOf(day)} isOpen onClose={onClose}>
      <DayList day={day} entries={entries} zone={zone} onCompose={onCompose} />
    </Sheet>
  );
}
