import { type ReactNode, useEffect, useState } from "react";
import { Input, SearchField } from "react-aria-components";
import type { CalendarFilter } from "../api/calendar";
import { useConnections } from "../api/connections";
import { CALENDAR } from "../strings/calendar";
import { allPlatforms, PLATFORMS } from "../strings/platforms";
import { Button } from "../ui/Button";
import { SelectField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import styles from "./Filters.module.css";

const ALL = "all";
const SEARCH_DELAY = 400;

/** The filters of the calendar, which the address contains. */
export function Filters({
  filter,
  onChange,
  children,
}: {
  filter: CalendarFilter;
  onChange: (changes: Record<string, string | null>) => void;
  children: ReactNode;
}) {
  const connections = useConnections();
  const choose = (name: string) => (value: string) => onChange({ [name]: value === ALL ? null : value });
  const all = { value: ALL, label: CALENDAR.all };
  const isFiltered = Object.keys(filter).length > 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: React Aria has no <search>.
    <div className={styles.filters} role="search" aria-label={CALENDAR.filters}>
      <div className={styles.strip}>
        <Words
          key={`q ${filter.q}`}
          name="q"
          label={CALENDAR.search}
          value={filter.q ?? ""}
          onChange={onChange}
          id="calendar-search"
        />
        <SelectField
          label={CALENDAR.platform}
          isLabelHidden
          placeholder={CALENDAR.platform}
          choices={[all, ...allPlatforms().map((value) => ({ value, label: PLATFORMS[value].name }))]}
          value={filter.platform ?? null}
          onChange={choose("platform")}
        />
        <SelectField
          label={CALENDAR.connection}
          isLabelHidden
          placeholder={CALENDAR.connection}
          choices={[
            all,
            ...(connections.data?.connections ?? []).map(({ id, handle, platform }) => ({
              value: id,
              label: handle,
              note: PLATFORMS[platform].name,
            })),
          ]}
          value={filter.connectionId ?? null}
          onChange={choose("connectionId")}
        />
        <SelectField
          label={CALENDAR.state}
          isLabelHidden
          placeholder={CALENDAR.state}
          choices={[all, ...Object.entries(CALENDAR.states).map(([value, label]) => ({ value, label }))]}
          value={filter.status ?? null}
          onChange={choose("status")}
        />
        <Words
          key={`campaign ${filter.campaign}`}
          name="campaign"
          label={CALENDAR.campaign}
          value={filter.campaign ?? ""}
          onChange={onChange}
        />
        {isFiltered && (
          <Button
            isCompact
            look="plain"
            onPress={() => onChange(Object.fromEntries(Object.keys(filter).map((name) => [name, null])))}
          >
            {CALENDAR.clear}
          </Button>
        )}
      </div>
      <span className="push" />
      {children}
    </div>
  );
}

function Words({
  name,
  label,
  value,
  onChange,
  id,
}: {
  name: string;
  label: string;
  value: string;
  onChange: (changes: Record<string, string | null>) => void;
  id?: string;
}) {
  const [words, setWords] = useState(value);
  useEffect(() => {
    if (words === value) return;
    const timer = setTimeout(() => onChange({ [name]: words.trim() || null }), SEARCH_DELAY);
    return () => clearTimeout(timer);
  }, [words, value, name, onChange]);
  return (
    <SearchField aria-label={label} value={words} onChange={setWords} className={styles.words ?? ""}>
      <Icon name={name === "q" ? "search" : "filter"} />
      <Input id={id} placeholder={label} />
    </SearchField>
  );
}
