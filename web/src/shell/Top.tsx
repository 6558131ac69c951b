import type { ReactNode } from "react";
import { useEffect } from "react";
import { SHELL } from "../strings/shell";
import { ButtonLink } from "../ui/Button";
import { Icon } from "../ui/Icon";
import styles from "./Top.module.css";

/** The header of a view: its title and its controls. The title is also the title of the browser's tab. */
export function Top({
  title,
  back,
  children,
}: {
  title: string;
  /** The list from which a person comes to this view. */
  back?: { href: string; label: string };
  children?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · ${SHELL.name}`;
  }, [title]);
  return (
    <header className={styles.top}>
      {back && (
        <ButtonLink isIcon look="plain" href={back.href} aria-label={back.label}>
          <Icon name="prev" />
        </ButtonLink>
      )}
      <h1>{title}</h1>
      {children}
    </header>
  );
}
