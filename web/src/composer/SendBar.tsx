import { type ReactNode, useEffect, useRef } from "react";
import { COMPOSER } from "../strings/composer";
import { minutesOf, momentOf } from "../time/format";
import type { WallClock } from "../time/wallClock";
import { Button } from "../ui/Button";
import { Dial } from "../ui/Dial";
import { useNarrow } from "../ui/useNarrow";
import type { Actions, Intent } from "./actions";
import { type ComposerPlace, type ComposerProblem, namedMessage } from "./problems";
import styles from "./SendBar.module.css";

/**
 * The bar at the bottom: the first problem, or the time of the post and what is missing, and the accounts on which the
 * post will fail, which lead to their places on the page; and the buttons that save.
 */
export function SendBar({
  problems,
  next,
  cautions,
  failing,
  waiting,
  isChecking,
  isBusy,
  clock,
  timezone,
  actions,
  isSandboxOnly,
  onGoTo,
  onSend,
  children,
}: {
  /** The problems that the page shows. */
  problems: readonly ComposerProblem[];
  /** What the person has to do next, if there is no problem to show. */
  next: ComposerProblem | undefined;
  /** What platforms may refuse. */
  cautions: readonly ComposerProblem[];
  /** The sentence about the accounts on which the post will fail, or `null`. */
  failing: string | null;
  /** The sentence about the pauses for which the post would wait, or `null`. */
  waiting: string | null;
  /** The problems may not be those of the newest text yet. */
  isChecking: boolean;
  isBusy: boolean;
  clock: WallClock;
  timezone: string;
  actions: Actions;
  /** The post goes to no account. */
  isSandboxOnly: boolean;
  onGoTo: (place: ComposerPlace) => void;
  onSend: (intent: Intent) => void;
  /** The error of the last attempt to save. */
  children: ReactNode;
}) {
  const [first, ...others] = problems;
  const [caution, ...otherCautions] = cautions;
  // Several sentences would fill a phone. Each problem is also next to its field, and has to be fixed first.
  const isNarrow = useNarrow();
  const isShort = isNarrow && (others.length > 0 || failing !== null);
  const bar = useRef<HTMLElement>(null);
  useEffect(() => keepClear(bar.current), []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !isBusy) {
        event.preventDefault();
        onSend("schedule");
      }
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  });
  return (
    <footer ref={bar} className={styles.bar}>
      <div className={styles.error}>{children}</div>
      <div className={styles.note} role="status">
        {first && (
          <>
            <Button look="plain" className={`${styles.lead} ${styles.problem} is-failed`} onPress={() => onGoTo(first)}>
              <Dial face="failed" />
              {isShort ? COMPOSER.problems(problems.length) : namedMessage(first)}
            </Button>
            {!isShort && others.length > 0 && <span className={styles.problem}>{COMPOSER.more(others.length)}</span>}
          </>
        )}
        {!first && "instant" in clock && (
          <Button look="plain" className={styles.lead} onPress={() => onGoTo({ section: "when" })}>
            <Dial face="scheduled" minutes={minutesOf(clock.instant, timezone)} />
            {momentOf(clock.instant, timezone)}
            {next && "."}
          </Button>
        )}
        {!first && next && (
          <Button look="plain" className={styles.lead} onPress={() => onGoTo(next)}>
            {next.message}
          </Button>
        )}
        {!first && !next && "instant" in clock && isChecking && (
          <span className="small faint">{COMPOSER.checking}</span>
        )}
        {failing && (
          <Button
            look="plain"
            className={`${styles.lead} ${styles.risk} is-lost`}
            onPress={() => onGoTo({ section: "access" })}
          >
            <Dial face="lost" />
            <span dir="auto">{failing}</span>
          </Button>
        )}
        {waiting && !(isNarrow && first) && (
          <span className={`${styles.waiting} is-held`}>
            <Dial face="held" />
            <span>{waiting}</span>
          </span>
        )}
        {!first && !failing && caution && (
          <>
            <Button look="plain" className={`${styles.lead} ${styles.risk} is-caution`} onPress={() => onGoTo(caution)}>
              <Dial face="caution" />
              {namedMessage(caution)}
            </Button>
            {otherCautions.length > 0 && <span>{COMPOSER.more(otherCautions.length)}</span>}
          </>
        )}
      </div>
      {isSandboxOnly && (
        <p className={`small soft ${styles.sandbox}`}>
          {clock.kind === "empty" ? COMPOSER.sandboxOnly : COMPOSER.sandboxAtTime}
        </p>
      )}
      {actions.draft && (
        <Button isDisabled={isBusy} onPress={() => onSend("draft")}>
          {actions.draft}
        </Button>
      )}
      {actions.now && (
        <Button isDisabled={isBusy} onPress={() => onSend("now")}>
          {actions.now}
        </Button>
      )}
      <Button look="primary" isDisabled={isBusy} onPress={() => onSend("schedule")}>
        {actions.main}
      </Button>
    </footer>
  );
}

/** Keep the element with the focus from being behind the bar, which becomes higher with its sentences. */
function keepClear(bar: HTMLElement | null) {
  if (!bar) return;
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => {
    style.scrollPaddingBottom = getComputedStyle(bar).position === "sticky" ? `${bar.offsetHeight}px` : "";
  });
  observer.observe(bar);
  return () => {
    observer.disconnect();
    style.scrollPaddingBottom = "";
  };
}
