import { useMemo, useState } from "react";
import { Autocomplete, DialogTrigger, Input, ListBox, ListBoxItem, Popover, SearchField } from "react-aria-components";
import { CALENDAR } from "../strings/calendar";
import { zoneName, zoneNames } from "../time/format";
import { ZoneNames } from "../time/ZoneNames";
import { allZones, useZone } from "../time/zone";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { bestFirst, isFound } from "../ui/nameSearch";
import styles from "./ZonePicker.module.css";

/** The choice of the time zone in which the page shows every time. */
export function ZonePicker() {
  const { zone, setZone } = useZone();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const now = new Date().toISOString();
  const zones = useMemo(() => allZones().map((id) => ({ id, words: id.replaceAll("_", " ") })), []);
  return (
    <DialogTrigger
      isOpen={isOpen}
      onOpenChange={(willOpen) => {
        setOpen(willOpen);
        setTyped("");
      }}
    >
      <Button>
        <Icon name="globe" />
        <span className="hidden">{CALENDAR.zone}: </span>
        <span className={styles.long}>{zone}</span>
        <span className={styles.offset}>{zoneNames(now, zone)}</span>
        <span className={styles.short}>{zoneName(now, zone)}</span>
        <Icon name="down" />
      </Button>
      <Popover className={styles.popover ?? ""} placement="bottom end" aria-label={CALENDAR.zone}>
        <div className={styles.content}>
          <Autocomplete filter={isFound} inputValue={typed} onInputChange={setTyped}>
            <SearchField aria-label={CALENDAR.zoneSearch} autoFocus className={styles.field ?? ""}>
              <Input className={styles.search} placeholder={CALENDAR.zoneSearch} />
            </SearchField>
            <ListBox
              aria-label={CALENDAR.zone}
              items={bestFirst(zones, typed, ({ words }) => words)}
              selectionMode="single"
              selectedKeys={[zone]}
              onSelectionChange={(keys) => {
                const [chosen] = keys === "all" ? [] : keys;
                if (chosen) setZone(String(chosen));
                setOpen(false);
              }}
            >
              {({ id, words }) => (
                <ListBoxItem id={id} textValue={words} className={styles.option ?? ""}>
                  {words}
                  <span className={`small ${styles.distance}`}>
                    <ZoneNames zone={id} at={now} />
                  </span>
                </ListBoxItem>
              )}
            </ListBox>
          </Autocomplete>
        </div>
      </Popover>
    </DialogTrigger>
  );
}
