import type { ReactNode } from "react";
import { Mark } from "../shell/Mark";
import { SHELL } from "../strings/shell";
import styles from "./Stage.module.css";

/** The page while the planner opens. Its text appears only if that takes noticeably long. */
export function Opening() {
  return (
    <main className={styles.opening}>
      <Mark />
      <p role="status">{SHELL.opening}</p>
    </main>
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
