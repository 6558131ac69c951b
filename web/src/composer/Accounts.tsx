import { type ReactNode, useState } from "react";
import { ToggleButton } from "react-aria-components";
import { connectionsOf, isLostAt } from "../api/access";
import { type Destination, isMissing } from "../api/destinations";
import type { PlatformRules } from "../api/platforms";
import { usePauses } from "../api/queue";
import type { Connection, Platform } from "../api/types";
import { ACCESS } from "../strings/access";
import { COMPOSER } from "../strings/composer";
import { PAUSES } from "../strings/pauses";
import { allPlatforms, PLATFORMS, platformAndDefault } from "../strings/platforms";
import type { WallClock } from "../time/wallClock";
import { Button, ButtonLink } from "../ui/Button";
import { classes } from "../ui/classes";
import { Dial } from "../ui/Dial";
import { Handle } from "../ui/Handle";
import { Icon } from "../ui/Icon";
import { lostSentence, ReconnectLink, shortLostSentence } from "../ui/LostAccess";
import { State } from "../ui/State";
import { Tile } from "../ui/Tile";
import { useNarrow } from "../ui/useNarrow";
import styles from "./Accounts.module.css";
import { defaultFirst } from "./defaultFirst";
import type { Draft } from "./draft";
import { Findings } from "./Findings";
import { lostConnections, withAccount, withSandbox } from "./failing";
import { pausedPlatforms } from "./paused";
import type { ComposerProblem } from "./problems";

/** The characters of a handle that fit in the line of a narrow account. */
const MAX_SHORT = 14;

/**
 * The accounts on which the post is published. Without an account on a platform, its sandbox can be chosen. An account that
 * is missing, because it was disconnected, stays until the page is closed, so that its removal can be undone. On a phone,
 * those of a saved post are collapsed to the chosen ones.
 */
export function Accounts({
  draft,
  connections,
  destinations,
  platforms,
  problems,
  clock,
  isSaved,
  onChange,
}: {
  draft: Draft;
  connections: readonly Connection[];
  destinations: readonly Destination[];
  platforms: Record<Platform, PlatformRules>;
  problems: readonly ComposerProblem[];
  clock: WallClock;
  isSaved: boolean;
  onChange: (changes: Partial<Draft>) => void;
}) {
  const isNarrow = useNarrow();
  const chosen = connectionsOf(draft, destinations);
  const isChosen = ({ id }: Destination) => chosen.some((each) => each.id === id);
  const [first] = useState(chosen.filter(isMissing));
  const isStillMissing = ({ id, platform, health }: Destination) =>
    !connections.some((each) => (health === "gone" ? each.id === id : each.platform === platform));
  const missing = [
    ...first.filter(isStillMissing),
    ...chosen.filter((each) => isMissing(each) && !first.some(({ id }) => id === each.id)),
  ];
  const selected = [...chosen.map(({ id }) => id), ...draft.platforms];
  /** What was chosen when the accounts were collapsed, so that a pill that is pressed stays; or `null`. */
  const [collapsed, setCollapsed] = useState(isSaved && draft.platforms.length > 0 ? selected : null);
  const unconnected = allPlatforms().filter(
    (platform) =>
      platforms[platform].unconnected === "sandbox" && !connections.some((each) => each.platform === platform),
  );
  const time = "instant" in clock ? clock.instant : null;
  const chosenLost = lostConnections(draft, destinations, clock);
  const paused = pausedPlatforms(allPlatforms(), usePauses().pauses ?? []);
  const found = problems.filter(({ section }) => section === "accounts");
  const shown = isNarrow && found.length === 0 ? collapsed : null;
  const isShown = (key: string) => !shown || shown.includes(key) || selected.includes(key);
  return (
    <section className="stack" id="composer-accounts" aria-labelledby="accounts">
      <h2 id="accounts">{COMPOSER.accounts}</h2>
      <div className={styles.accounts} data-invalid={found.length > 0 || undefined}>
        {[...defaultFirst(connections), ...missing]
          .filter(({ id }) => isShown(id))
          .map((connection) => (
            <Account
              key={connection.id}
              platform={connection.platform}
              isSelected={isChosen(connection)}
              onChange={(isOn) => onChange(withAccount(draft, destinations, connection, isOn))}
            >
              {connection.handle ? (
                <>
                  <span className={`faint ${styles.platform}`}>{platformAndDefault(connection, connections)}</span>
                  <Handle className={classes(connection.handle.length > MAX_SHORT && styles.long)}>
                    {connection.handle}
                  </Handle>
                </>
              ) : (
                <span>{PLATFORMS[connection.platform].name}</span>
              )}
              {isLostAt(connection, time) && (
                <span className={styles.note}>
                  <State face="lost">{lostNote(connection)}</State>
                </span>
              )}
              {paused.includes(connection.platform) && <PausedNote />}
            </Account>
          ))}
        {unconnected.filter(isShown).map((platform) => (
          <Account
            key={platform}
            platform={platform}
            isSelected={draft.platforms.includes(platform) && !chosen.some((each) => each.platform === platform)}
            onChange={(isOn) => onChange(withSandbox(draft, destinations, platform, isOn))}
          >
            <span>{PLATFORMS[platform].name}</span>
            {/* If no account is connected, the bar at the bottom says that the post goes to the sandbox. */}
            <span
              className={classes("faint", styles.platform, connections.length + missing.length === 0 && styles.obvious)}
            >
              {COMPOSER.sandbox}
            </span>
            {paused.includes(platform) && <PausedNote />}
          </Account>
        ))}
        {isNarrow && isSaved && (
          <Button look="plain" aria-expanded={!shown} onPress={() => setCollapsed(shown ? null : selected)}>
            {COMPOSER.changeAccounts}
          </Button>
        )}
        {!shown && (
          <ButtonLink look="plain" href="/connections?connect=">
            <Icon name="plus" />
            {COMPOSER.connect}
          </ButtonLink>
        )}
      </div>
      {chosenLost.length > 0 && (
        <div className="stack" id="composer-access">
          {chosenLost.map((connection) => (
            <div key={connection.id} className={`${styles.lost} is-lost`}>
              <p>
                <Dial face="lost" />
                <span dir="auto">
                  {isNarrow
                    ? shortLostSentence(connection, draft.timezone)
                    : lostSentence(connection, time, draft.timezone, true)}
                </span>
              </p>
              <ReconnectLink connection={connection} isNewTab isShort={isNarrow} />
            </div>
          ))}
        </div>
      )}
      {/* The row above says what to do about an account that is gone. */}
      <Findings problems={found.filter(({ isRefused }) => !isRefused)} />
    </section>
  );
}

function Account({
  platform,
  isSelected,
  onChange,
  children,
}: {
  platform: Platform;
  isSelected: boolean;
  onChange: (isChosen: boolean) => void;
  children: ReactNode;
}) {
  return (
    <ToggleButton className={styles.account ?? ""} isSelected={isSelected} onChange={onChange}>
      <Tile platform={platform} />
      <span className={styles.names}>{children}</span>
    </ToggleButton>
  );
}

/** Says that no post is published on the platform of an account until a pause ends. */
function PausedNote() {
  return (
    <span className={styles.note}>
      <State face="held">{PAUSES.paused}</State>
    </span>
  );
}

/** Return the note at a place where the post will fail at its time. */
function lostNote({ health, expiresAt }: Destination): string {
  if (health === "gone") return ACCESS.isGone;
  if (health === "none") return ACCESS.isNone;
  return health !== "reconnect_required" && expiresAt ? ACCESS.endsBefore : ACCESS.isLost;
}
