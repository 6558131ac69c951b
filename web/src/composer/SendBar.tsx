import { type ReactNode, useEffect, useState } from "react";
import { COMPOSER } from "../strings/composer";
import { minutesOf, momentOf } from "../time/format";
import type { WallClock } from "../time/wallClock";
import { Button } from "../ui/Button";
import { Dial } from "../ui/Dial";
import type { Actions } from "./actions";
import type { Intent } from "./Editor";
import type { ComposerProblem } from "./problems";
import styles from "./SendBar.module.css";

/**
 * The bar at the bottom: the remaining problems, and the buttons that save. Schedule moves to the first problem. An
 * empty field counts as a problem only after an attempt to send the post.
 */
export function SendBar({
  problems,
  isChecking,
  isBusy,
  clock,
  timezone,
  actions,
  canPublishNow,
  onSend,
  children,
}: {
  problems: readonly ComposerProblem[];
  /** The problems may not be those of the newest text yet. */
  isChecking: boolean;
  isBusy: boolean;
  clock: WallClock;
  timezone: string;
  actions: Actions;
  canPublishNow: boolean;
  onSend: (intent: Intent) => void;
  /** The error of the last attempt to save. */
  children: ReactNode;
}) {
  const [isTried, setTried] = useState(false);
  const [first] = problems;
  const shown = isTried ? problems : problems.filter(({ isMissing }) => !isMissing);
  const [firstShown] = shown;
  const tryTo = (intent: Intent) => {
    if (intent !== "draft" && first) {
      setTried(true);
      const section = document.getElementById(`composer-${first.section}`);
      section?.scrollIntoView({ block: "center" });
      section?.querySelector<HTMLElement>("textarea, input, button")?.focus();
      return;
    }
    if (intent === "schedule" && clock.kind === "empty") {
      goToTime();
      return;
    }
    onSend(intent);
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !isBusy) {
        event.preventDefault();
        tryTo("schedule");
      }
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  });
  return (
    <footer className={styles.bar}>
      <div className={styles.error}>{children}</div>
      <p className={styles.note} role="status">
        {firstShown ? (
          <span className={`${styles.problem} is-failed`} title={firstShown.message}>
            <Dial face="failed" />
            {shown.length === 1 ? firstShown.message : COMPOSER.toFix(shown.length)}
          </span>
        ) : first ? (
          <span className="soft">{first.message}</span>
        ) : (
          <>
            <Button look="plain" className={styles.lead} onPress={goToTime}>
              {"instant" in clock ? (
                <>
                  <Dial face="scheduled" minutes={minutesOf(clock.instant, timezone)} />
                  {momentOf(clock.instant, timezone)}
                </>
              ) : (
                COMPOSER.setTime
              )}
            </Button>
            {isChecking && <span className="small faint">{COMPOSER.checking}</span>}
          </>
        )}
      </p>
      {actions.draft && (
        <Button isDisabled={isBusy} onPress={() => tryTo("draft")}>
          {actions.draft}
        </Button>
      )}
      {canPublishNow && (
        <Button isDisabled={isBusy} onPress={() => tryTo("now")}>
          {COMPOSER.publishNow}
        </Button>
      )}
      <Button look="primary" isDisabled={isBusy} onPress={() => tryTo("schedule")}>
        {actions.main}
      </Button>
    </footer>
  );
}

function goToTime() {
  const input = document.querySelector<HTMLElement>("#composer-when input");
  input?.scrollIntoView({ block: "center" });
  input?.focus();
}
