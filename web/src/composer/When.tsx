import { CALENDAR } from "../strings/calendar";
import { COMPOSER } from "../strings/composer";
import { offsetName } from "../time/format";
import type { WallClock } from "../time/wallClock";
import { allZones } from "../time/zone";
import { Button } from "../ui/Button";
import { SelectField, TextField } from "../ui/Field";
import type { Draft } from "./draft";
import { sentencesOf } from "./Findings";
import type { ComposerProblem } from "./problems";
import styles from "./When.module.css";

const ZONES = allZones();

/** The time of the post in the post's own zone. A time that does not exist is refused, with the two nearest times. */
export function When({
  draft,
  clock,
  problems,
  onChange,
}: {
  draft: Draft;
  clock: WallClock;
  problems: readonly ComposerProblem[];
  onChange: (changes: Partial<Draft>) => void;
}) {
  const [day = "", time = ""] = draft.at.split("T");
  const set = (newDay: string, newTime: string) => onChange({ at: newDay ? `${newDay}T${newTime || "09:00"}` : "" });
  const problemsAt = (name: string) =>
    sentencesOf(problems.filter(({ section, control }) => section === "when" && control === name));
  const zones = ZONES.includes(draft.timezone) ? ZONES : [draft.timezone, ...ZONES];
  return (
    <section className="stack" id="composer-when" aria-labelledby="when">
      <h2 id="when">{COMPOSER.when}</h2>
      <div className={styles.fields}>
        <TextField
          label={COMPOSER.day}
          type="date"
          value={day}
          problem={problemsAt("day")}
          onChange={(value) => set(value, time)}
        />
        <TextField
          label={COMPOSER.time}
          type="time"
          value={time}
          problem={problemsAt("time")}
          onChange={(value) => set(day, value)}
          isDisabled={!day}
        />
        <SelectField
          label={COMPOSER.zone}
          searchLabel={CALENDAR.zoneSearch}
          choices={zones.map((value) => ({
            value,
            label: value.replaceAll("_", " "),
            ...(value === draft.timezone && clock.kind === "valid" ? { note: offsetName(clock.instant, value) } : {}),
          }))}
          value={draft.timezone}
          onChange={(timezone) => onChange({ timezone })}
        />
      </div>
      <div aria-live="polite">
        {clock.kind === "skipped" && (
          <div className="row">
            {[clock.before, clock.after].map((at) => (
              <Button key={at} isCompact onPress={() => onChange({ at })}>
                {COMPOSER.useTime(at.slice(11))}
              </Button>
            ))}
          </div>
        )}
        {clock.kind === "twice" && <p className="small soft">{COMPOSER.twice(time, draft.timezone)}</p>}
      </div>
    </section>
  );
}
