import { type ReactNode, useState } from "react";
import { ToggleButton } from "react-aria-components";
import { connectionsOf, isLostAt } from "../api/access";
import type { PlatformRules } from "../api/platforms";
import { usePauses } from "../api/queue";
import type { Connection, Platform } from "../api/types";
import { ACCESS } from "../strings/access";
import { COMPOSER } from "../strings/composer";
import { PAUSES } from "../strings/pauses";
import { allPlatforms, PLATFORMS } from "../strings/platforms";
import { dayOf } from "../time/format";
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
import type { Draft } from "./draft";
import { Findings } from "./Findings";
import { lostConnections } from "./failing";
import { pausedPlatforms } from "./paused";
import type { ComposerProblem } from "./problems";
import { isUnique } from "./uniqueHandle";

/**
 * The accounts on which the post is published. Without an account on a platform, its sandbox can be chosen. On a phone,
 * those of a saved post are collapsed to the chosen ones.
 */
export function Accounts({
  draft,
  connections,
  platforms,
  problems,
  clock,
  isSaved,
  onChange,
}: {
  draft: Draft;
  connections: readonly Connection[];
  platforms: Record<Platform, PlatformRules>;
  problems: readonly ComposerProblem[];
  clock: WallClock;
  isSaved: boolean;
  onChange: (changes: Partial<Draft>) => void;
}) {
  const isNarrow = useNarrow();
  const chosen = connectionsOf(draft, connections);
  const selected = [...chosen.map(({ id }) => id), ...draft.platforms];
  /** What was chosen when the accounts were collapsed, so that a pill that is pressed stays; or `null`. */
  const [collapsed, setCollapsed] = useState(isSaved && draft.platforms.length > 0 ? selected : null);
  const toggle = (connection: Connection, isChosen: boolean) => {
    const now = connections.filter((each) => (each.id === connection.id ? isChosen : chosen.includes(each)));
    const sandboxed = draft.platforms.filter((platform) => !connections.some((each) => each.platform === platform));
    onChange({
      connectionIds: now.map(({ id }) => id),
      platforms: [...new Set([...now.map(({ platform }) => platform), ...sandboxed])],
    });
  };
  const unconnected = allPlatforms().filter(
    (platform) =>
      platforms[platform].unconnected === "sandbox" && !connections.some((each) => each.platform === platform),
  );
  const time = "instant" in clock ? clock.instant : null;
  const lost = connections.filter((connection) => isLostAt(connection, time));
  const chosenLost = lostConnections(draft, connections, clock);
  const paused = pausedPlatforms(allPlatforms(), usePauses().pauses ?? []);
  const found = problems.filter(({ section }) => section === "accounts");
  const shown = isNarrow && found.length === 0 ? collapsed : null;
  const isShown = (key: string) => !shown || shown.includes(key) || selected.includes(key);
  return (
    <section className="stack" id="composer-accounts" aria-labelledby="accounts">
      <h2 id="accounts">{COMPOSER.accounts}</h2>
      <div className={styles.accounts} data-invalid={found.length > 0 || undefined}>
        {connections
          .filter(({ id }) => isShown(id))
          .map((connection) => (
            <Account
              key={connection.id}
              platform={connection.platform}
              isSelected={chosen.includes(connection)}
              onChange={(isChosen) => toggle(connection, isChosen)}
            >
              <span className={classes("faint", styles.platform, isUnique(connection, connections) && styles.obvious)}>
                {PLATFORMS[connection.platform].name}
              </span>
              <Handle>{connection.handle}</Handle>
              {lost.includes(connection) && (
                <span className={styles.note}>
                  <State face="lost">{lostNote(connection, draft.timezone)}</State>
                </span>
              )}
              {paused.includes(connection.platform) && <PausedNote />}
            </Account>
          ))}
        {unconnected.filter(isShown).map((platform) => (
          <Account
            key={platform}
            platform={platform}
            isSelected={draft.platforms.includes(platform)}
            onChange={(isChosen) =>
              onChange({
                platforms: isChosen
                  ? [...draft.platforms, platform]
                  : draft.platforms.filter((each) => each !== platform),
              })
            }
          >
            <span>{PLATFORMS[platform].name}</span>
            {/* If no account is connected, the bar at the bottom says that the post goes to the sandbox. */}
            <span className={classes("faint", styles.platform, connections.length === 0 && styles.obvious)}>
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
      <Findings problems={found} />
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

/** Return the note at an account without access at the time of the post. */
function lostNote({ health, expiresAt }: Connection, zone: string): string {
  return health !== "reconnect_required" && expiresAt ? ACCESS.endsOn(dayOf(expiresAt, zone)) : ACCESS.isLost;
}
