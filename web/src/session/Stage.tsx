import { type ReactNode, useEffect, useState } from "react";
import { Mark } from "../shell/Mark";
import { SHELL } from "../strings/shell";
import { Button } from "../ui/Button";
import styles from "./Stage.module.css";

const PATIENCE_MS = 10_000;

/** The page while the planner opens. Its text appears only if that takes noticeably long. */
export function Opening({ onRetry }: { onRetry: () => void }) {
  return (
    <main className={styles.opening} aria-busy="true">
      <Mark />
      <h1 className="hidden">{SHELL.name}</h1>
      <Progress text={SHELL.opening} onRetry={onRetry} />
    </main>
  );
}

/** What happens before the planner opens. After ten seconds without a response, it says so and offers another try. */
export function Progress({ text, onRetry }: { text: string; onRetry: () => void }) {
  const [tries, setTries] = useState(1);
  /** The number of tries that took too long. */
  const [slow, setSlow] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(tries), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [tries]);
  return (
    <>
      <p role="status">{slow === tries ? SHELL.noResponse(!navigator.onLine) : text}</p>
      {slow > 0 && (
        <Button
          onPress={() => {
            setTries(tries + 1);
            onRetry();
          }}
        >
          {SHELL.tryAgain}
        </Button>
      )}
    </>
  );
}

/** The narrow page before the planner opens: the sign-in, and errors that prevent the planner from opening. */
export function Stage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={styles.stage}>
      <p className={styles.brand}>
        <Mark /> {SHELL.name}
      </p>
      <h1>{title}</h1>
      {children}
    </main>
  );
}
