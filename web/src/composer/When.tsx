import { CALENDAR } from "../strings/calendar";
import { COMPOSER } from "../strings/composer";
import { dayOf, zoneName } from "../time/format";
import { useNow } from "../time/now";
import { readWallClock, type WallClock } from "../time/wallClock";
import { ZoneNames } from "../time/ZoneNames";
import { allZones } from "../time/zone";
import { Button } from "../ui/Button";
import { SelectField, TextField } from "../ui/Field";
import type { Draft } from "./draft";
import { Findings, sentencesOf } from "./Findings";
import type { ComposerProblem } from "./problems";
import { firstTime, quickTimes } from "./quickTimes";
import styles from "./When.module.css";

const ZONES = allZones();

/** The time of the post in the post's own zone. A time that does not exist is refused, with the two nearest times. */
export function When({
  draft,
  earlier,
  clock,
  problems,
  cautions,
  onChange,
}: {
  draft: Draft;
  /** The local time that the draft had before it was unscheduled, or `null`. */
  earlier: string | null;
  clock: WallClock;
  problems: readonly ComposerProblem[];
  cautions: readonly ComposerProblem[];
  onChange: (changes: Partial<Draft>) => void;
}) {
  const now = useNow();
  const [day = "", time = ""] = draft.at.split("T");
  const firstOn = (date: string) => firstTime(date, now, draft.timezone);
  const set = (newDay: string, newTime: string) =>
    onChange({ at: newDay ? `${newDay}T${newTime || firstOn(newDay)}` : "" });
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
          onChange={(value) => set(value, time === firstOn(day) ? "" : time)}
        />
        <TextField
          label={COMPOSER.time}
          type="time"
          value={time}
          problem={problemsAt("time")}
          onChange={(value) => set(day, value)}
          isDisabled={!day}
        />
        <div className={styles.zone}>
          <SelectField
            label={COMPOSER.zone}
            searchLabel={CALENDAR.zoneSearch}
            choices={zones.map((value) => ({
              value,
              label: value.replaceAll("_", " "),
              note: <ZoneNames zone={value} at={"instant" in clock ? clock.instant : undefined} />,
            }))}
            value={draft.timezone}
            onChange={(timezone) => onChange({ timezone })}
          />
        </div>
        <div className={styles.reading} aria-live="polite">
          {clock.kind === "skipped" && (
            <div className="row">
              {[clock.before, clock.after].map((at) => (
                <Button key={at} isCompact onPress={() => onChange({ at })}>
                  {COMPOSER.chooseTime(withZone(at, draft.timezone))}
                </Button>
              ))}
            </div>
          )}
          {clock.kind === "twice" && <p className="small soft">{COMPOSER.twice(time, draft.timezone)}</p>}
        </div>
      </div>
      <Findings problems={cautions.filter(({ section }) => section === "when")} face="caution" />
      {/* biome-ignore lint/a11y/useSemanticElements: A fieldset is for fields. */}
      <div className="row" role="group" aria-label={COMPOSER.quickTimes}>
        {earlier && (
          <Button isCompact onPress={() => onChange({ at: earlier })}>
            {COMPOSER.asBefore(nameOf(earlier, draft.timezone))}
          </Button>
        )}
        {quickTimes(now, draft.timezone).map(({ name, at }) => (
          <Button key={name} isCompact onPress={() => onChange({ at })}>
            {name === "nextMonday" ? nameOf(at, draft.timezone) : COMPOSER.quick[name]}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** Return the day and the time of a local time, such as `Wed 24 March, 09:00`. */
function nameOf(at: string, zone: string): string {
  const clock = readWallClock(at, zone);
  return "instant" in clock ? `${dayOf(clock.instant, zone)}, ${at.slice(11)}` : at;
}

/** Return the time of a local time with the short name of its zone, such as `03:30 CEST`. */
function withZone(at: string, zone: string): string {
  const clock = readWallClock(at, zone);
  return "instant" in clock ? `${at.slice(11)} ${zoneName(clock.instant, zone)}` : at.slice(11);
}
