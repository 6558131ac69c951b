import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "../api/client";
import { type OwnerSettings, useOwnerSettings } from "../api/settings";
import { areShortcutsOn, switchShortcuts } from "../calendar/useShortcuts";
import { useMe, useSession } from "../session/Session";
import { Top } from "../shell/Top";
import { CALENDAR } from "../strings/calendar";
import { LOADED } from "../strings/errors";
import { SETTINGS } from "../strings/settings";
import { SHELL } from "../strings/shell";
import { ZoneNames } from "../time/ZoneNames";
import { allZones } from "../time/zone";
import { Button } from "../ui/Button";
import { Card, Skeleton } from "../ui/Card";
import { SelectField, TextField } from "../ui/Field";
import { Problem } from "../ui/Problem";
import { Switch } from "../ui/Toggle";
import styles from "./Settings.module.css";
import { setTheme, type Theme, theme } from "./theme";

/** The role whose permissions a person without any role has. */
const WITHOUT_ROLES = ["editor"];

/** The settings of the owner, of this browser, and the person who is signed in. */
export default function Settings() {
  const { me, signOut } = useSession();
  const [look, setLook] = useState<Theme>(theme);
  const [areOn, setOn] = useState(areShortcutsOn);
  return (
    <>
      <Top title={SETTINGS.title} />
      <div className={styles.columns}>
        <Card isPadded labelledBy="browser">
          <h2 id="browser">{SETTINGS.browser}</h2>
          <SelectField
            label={SETTINGS.theme}
            choices={(Object.keys(SETTINGS.themes) as Theme[]).map((value) => ({
              value,
              label: SETTINGS.themes[value],
            }))}
            value={look}
            onChange={(value) => {
              setTheme(value);
              setLook(value);
            }}
          />
          <Switch
            isSelected={areOn}
            onChange={(isOn) => {
              switchShortcuts(isOn);
              setOn(isOn);
            }}
          >
            {SETTINGS.shortcuts}
          </Switch>
          <p className="small soft">{SETTINGS.shortcutsHint(me.scopes.includes("write"))}</p>
        </Card>
        <Owner />
        <Card isPadded labelledBy="person">
          <h2 id="person">{SETTINGS.person}</h2>
          <p>
            <bdi>{me.name ?? me.user}</bdi>
            <br />
            <span className="small faint">
              {SETTINGS.workspace} <bdi>{me.owner}</bdi>
              {` · ${SETTINGS.roles(me.roles.length > 0 ? me.roles : WITHOUT_ROLES)}`}
            </span>
          </p>
          <div className="row">
            <Button onPress={signOut}>{SHELL.signOut}</Button>
          </div>
        </Card>
      </div>
    </>
  );
}

function Owner() {
  const queries = useQueryClient();
  const found = useOwnerSettings();
  const save = useMutation({
    mutationFn: (changes: Partial<OwnerSettings>) => body(api.PATCH("/api/social/settings", { body: changes })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["settings"] }),
  });
  const settings = found.data?.settings;
  const { scopes } = useMe();
  const canWrite = scopes.includes("write");
  const canApprove = scopes.includes("approve");
  return (
    <Card isPadded labelledBy="owner">
      <h2 id="owner">{SETTINGS.owner}</h2>
      {found.isPending && <Skeleton lines={3} label={SHELL.loading} />}
      {found.isError && <Problem what={LOADED.settings} error={found.error} onRetry={() => found.refetch()} />}
      {settings && !canWrite && (
        <>
          <p className="soft">{SETTINGS.mayRead}</p>
          <Value label={SETTINGS.timezone} value={zoneText(settings.timezone)} />
          <Value label={SETTINGS.requireApproval} value={SETTINGS.answer(settings.requireApproval)} />
          <Value label={SETTINGS.spacing} value={String(settings.spacingMinutes)} />
        </>
      )}
      {settings && canWrite && (
        <>
          <SelectField
            label={SETTINGS.timezone}
            hint={SETTINGS.timezoneHint}
            searchLabel={CALENDAR.zoneSearch}
            choices={allZones().map((value) => ({
              value,
              label: zoneText(value),
              note: <ZoneNames zone={value} />,
            }))}
            value={settings.timezone}
            onChange={(timezone) => save.mutate({ timezone })}
          />
          {canApprove ? (
            <Switch
              isSelected={settings.requireApproval}
              onChange={(requireApproval) => save.mutate({ requireApproval })}
            >
              {SETTINGS.requireApproval}
            </Switch>
          ) : (
            <Value
              label={SETTINGS.requireApproval}
              value={SETTINGS.answer(settings.requireApproval)}
              hint={SETTINGS.approversOnly}
            />
          )}
          <Spacing minutes={settings.spacingMinutes} onSave={(spacingMinutes) => save.mutate({ spacingMinutes })} />
        </>
      )}
      {save.isError && <Problem error={save.error} />}
    </Card>
  );
}

/** A setting that the person may not change. */
function Value({ label, value, hint }: { label: string; value: string; hint?: string }) {
  return (
    <div>
      <p>
        <span className={styles.name}>{label}:</span> {value}
      </p>
      {hint && <p className="small soft">{hint}</p>}
    </div>
  );
}

function zoneText(zone: string): string {
  return zone.replaceAll("_", " ");
}

function Spacing({ minutes, onSave }: { minutes: number; onSave: (minutes: number) => void }) {
  const [text, setText] = useState(String(minutes));
  return (
    <div className={styles.spacing}>
      <TextField
        label={SETTINGS.spacing}
        hint={SETTINGS.spacingHint}
        inputMode="numeric"
        value={text}
        onChange={setText}
      />
      <Button isDisabled={!/^\d+$/.test(text) || Number(text) === minutes} onPress={() => onSave(Number(text))}>
        {SETTINGS.save}
      </Button>
    </div>
  );
}
