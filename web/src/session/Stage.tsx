import type { ReactNode } from "react";
import { Mark } from "../shell/Mark";
import { SHELL } from "../strings/shell";
import styles from "./Stage.module.css";

/** The narrow page that stands before the planner: sign-in, and errors that keep it from opening. */
export function Stage({ children }: { children: ReactNode }) {
  return (
    <main className={styles.stage}>
      <p className={styles.brand}>
        <Mark /> {SHELL.name}
      </p>
      {children}
    </main>
  );
}
