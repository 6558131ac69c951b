import type { ReactNode } from "react";
import { Card } from "./Card";
import styles from "./Fold.module.css";
import { Icon } from "./Icon";

/** A card of details that few people need. Until it is opened, it shows its title and the number of its entries. */
export function Fold({
  id,
  title,
  count,
  children,
}: {
  id: string;
  title: string;
  count: number | string;
  children: ReactNode;
}) {
  return (
    <Card labelledBy={id}>
      <details className={styles.fold}>
        <summary>
          <h2 id={id}>{title}</h2>
          <span className="faint">{count}</span>
          <Icon name="down" />
        </summary>
        {children}
      </details>
    </Card>
  );
}
