import { type ReactNode, useEffect, useState } from "react";
import { SearchField } from "react-aria-components";
import { useDestinations } from "../api/connections";
import { isMissing } from "../api/destinations";
import { CALENDAR } from "../strings/calendar";
import { allPlatforms, PLATFORMS } from "../strings/platforms";
import { SHELL } from "../strings/shell";
import { Button } from "../ui/Button";
import { classes } from "../ui/classes";
import { SelectField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { SearchInput } from "../ui/SearchInput";
import { Sheet } from "../ui/Sheet";
import { useNarrow } from "../ui/useNarrow";
import styles from "./Filters.module.css";
import { filterNames } from "./filterNames";
import { type ChosenFilter, queryOfState, type StateChoice, stateOf } from "./stateFilter";

const ALL = "all";
const SEARCH_DELAY = 400;

type Change = (changes: Record<string, string | null>) => void;

/** The filters of the calendar, which the address contains. On a phone, all except the search are in a sheet. */
export function Filters({
  filter,
  isEmpty,
  onChange,
  onClear,
  onClearSearch,
  children,
}: {
  filter: ChosenFilter;
  /** No post matches. The empty view then has the buttons that clear the filters and the search. */
  isEmpty: boolean;
  onChange: Change;
  onClear: () => void;
  onClearSearch: () => void;
  children: ReactNode;
}) {
  const isNarrow = useNarrow();
  const [isOpen, setOpen] = useState(false);
  const { q } = filter;
  const names = filterNames(filter, useDestinations() ?? []);
  const count = names.length;
  return (
    // biome-ignore lint/a11y/useSemanticElements: React Aria has no <search>.
    <div className={styles.filters} role="search" aria-label={CALENDAR.filters}>
      <Words
        key={`q ${q}`}
        name="q"
        label={CALENDAR.search}
        value={q ?? ""}
        onChange={onChange}
        className={styles.search}
        id="calendar-search"
      />
      {isNarrow ? (
        <Button onPress={() => setOpen(true)}>
          <Icon name="filter" />
          {CALENDAR.filtersChosen(count)}
        </Button>
      ) : (
        <Choices filter={filter} onChange={onChange} areLabelsHidden />
      )}
      {/* On a phone, the words need the room, and the field has a button that clears it. */}
      {!isEmpty && q && !isNarrow && (
        <Button isCompact look="plain" onPress={onClearSearch}>
          {CALENDAR.clearSearch}
        </Button>
      )}
      {count > 0 && (
        <div className={styles.chosen}>
          {isNarrow && <p className="small">{CALENDAR.filteredBy(names)}</p>}
          {!isEmpty && (
            <Button isCompact look="plain" onPress={onClear}>
              {CALENDAR.clear}
            </Button>
          )}
        </div>
      )}
      <span className="push" />
      {children}
      <Sheet title={CALENDAR.filters} isOpen={isNarrow && isOpen} onClose={() => setOpen(false)}>
        <div className={styles.sheet}>
          <Choices filter={filter} onChange={onChange} />
        </div>
        <div className="row">
          <Button look="primary" onPress={() => setOpen(false)}>
            {SHELL.done}
          </Button>
          {count > 0 && <Button onPress={onClear}>{CALENDAR.clear}</Button>}
        </div>
      </Sheet>
    </div>
  );
}

function Choices({
  filter,
  onChange,
  areLabelsHidden = false,
}: {
  filter: ChosenFilter;
  onChange: Change;
  areLabelsHidden?: boolean;
}) {
  const { connectionId } = filter;
  // A disconnected account is offered only as long as it is chosen.
  const accounts = (useDestinations() ?? []).filter((each) => !isMissing(each) || each.id === connectionId);
  const all = { value: ALL, label: CALENDAR.all };
  const choose = (name: string) => (value: string) => onChange({ [name]: value === ALL ? null : value });
  const field = (label: string) => ({
    label,
    isLabelHidden: areLabelsHidden,
    placeholder: areLabelsHidden ? label : CALENDAR.all,
  });
  return (
    <>
      <SelectField
        {...field(CALENDAR.platform)}
        choices={[all, ...allPlatforms().map((value) => ({ value, label: PLATFORMS[value].name }))]}
        value={filter.platform ?? null}
        onChange={choose("platform")}
      />
      <SelectField
        {...field(CALENDAR.account)}
        choices={[
          all,
          ...accounts.map(({ id, handle, platform }) => ({
            value: id,
            label: handle,
            note: PLATFORMS[platform].name,
          })),
        ]}
        value={filter.connectionId ?? null}
        onChange={choose("connectionId")}
      />
      <SelectField
        {...field(CALENDAR.state)}
        choices={[all, ...Object.entries(CALENDAR.states).map(([value, label]) => ({ value, label }))]}
        value={stateOf(filter)}
        onChange={(value) => onChange(queryOfState(value === ALL ? null : (value as StateChoice)))}
      />
      <div className={styles.labelled}>
        {/* The field has this name for screen readers, too. */}
        {!areLabelsHidden && <span aria-hidden="true">{CALENDAR.campaign}</span>}
        <Words
          key={`campaign ${filter.campaign}`}
          name="campaign"
          label={CALENDAR.campaign}
          value={filter.campaign ?? ""}
          onChange={onChange}
        />
      </div>
    </>
  );
}

function Words({
  name,
  label,
  value,
  onChange,
  className,
  id,
}: {
  name: string;
  label: string;
  value: string;
  onChange: Change;
  className?: string | undefined;
  id?: string;
}) {
  const [words, setWords] = useState(value);
  useEffect(() => {
    if (words === value) return;
    const timer = setTimeout(() => onChange({ [name]: words.trim() || null }), SEARCH_DELAY);
    return () => clearTimeout(timer);
  }, [words, value, name, onChange]);
  return (
    <SearchField aria-label={label} value={words} onChange={setWords} className={classes(styles.words, className)}>
      <Icon name={name === "q" ? "search" : "filter"} />
      <SearchInput isEmpty={words === ""} id={id} placeholder={label} />
    </SearchField>
  );
}
