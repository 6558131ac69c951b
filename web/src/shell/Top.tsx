import type { ReactNode } from "react";
import { useEffect } from "react";
import { SHELL } from "../strings/shell";
import styles from "./Top.module.css";

/** The head of a view: its title and its tools. The title also names the tab of the browser. */
export function Top({ title, children }: { title: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${SHELL.name}`;
  }, [title]);
  return (
    <header className={styles.top}>
      <h1>{title}</h1>
      {children}
    </header>
  );
}
