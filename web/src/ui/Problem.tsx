import { type ReactNode, useRef } from "react";
import { ApiError } from "../api/client";
import { LOADED, sentenceFor } from "../strings/errors";
import { SHELL } from "../strings/shell";
import { Button } from "./Button";
import { Dial } from "./Dial";
import styles from "./Problem.module.css";
import { useOnline } from "./useOnline";

/** The status codes of refusals that the same request meets again. */
const FINAL: readonly number[] = [400, 403, 404, 410];

/**
 * An error message at the place of the error, with the request id for the operator and a button that tries again, unless
 * another try meets the same refusal.
 */
export function Problem({
  error,
  onRetry,
  what = onRetry ? LOADED.other : null,
  sentence,
  onlineAgain,
  children,
}: {
  error: unknown;
  onRetry?: () => void;
  /** What could not be loaded; null if something could not be changed. */
  what?: string | null;
  /** A sentence that says more than the one about the error. */
  sentence?: string | null;
  /** The sentence when the browser is online again after a call that could not leave it. */
  onlineAgain?: string | null;
  /** A link that leads to what the sentence names. */
  children?: ReactNode;
}) {
  const isOnline = useOnline();
  const wasOffline = useRef({ error, isTrue: !navigator.onLine });
  if (wasOffline.current.error !== error) wasOffline.current = { error, isTrue: !navigator.onLine };
  // What could not be loaded is loaded then. A change is not repeated without the person.
  if (wasOffline.current.isTrue && isOnline && !(error instanceof ApiError)) {
    return (
      <div className={styles.problem} role="status">
        <p className={styles.text}>{onlineAgain ?? (what ? SHELL.onlineAgain : SHELL.onlineAgainChange)}</p>
      </div>
    );
  }
  return (
    <div className={`${styles.problem} is-failed`} role="alert">
      <Dial face="failed" />
      <div className={styles.text}>
        <p dir="auto">{sentence ?? sentenceOf(error, what)}</p>
        {error instanceof ApiError && error.requestId && (
          <p className="small soft">
            {SHELL.requestId} <code>{error.requestId}</code>
          </p>
        )}
      </div>
      {onRetry && !(error instanceof ApiError && FINAL.includes(error.status)) && (
        <Button isCompact onPress={onRetry}>
          {SHELL.tryAgain}
        </Button>
      )}
      {children}
    </div>
  );
}

/**
 * Return a sentence for people about an error of a call that loads `what`, or that changes something: a sentence of the
 * planner, the API's own sentence, or that the server cannot be reached.
 */
export function sentenceOf(error: unknown, what: string | null = null): string {
  if (error instanceof ApiError) return sentenceFor(error, what) ?? error.message;
  if (navigator.onLine) return SHELL.unreachable;
  return what ? SHELL.offline : SHELL.offlineChange;
}
