import type { ReactNode } from "react";
import { useEffect } from "react";
import { SHELL } from "../strings/shell";
import styles from "./Top.module.css";

/** The header of a view: its title and its controls. The title is also the title of the browser's tab. */
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
