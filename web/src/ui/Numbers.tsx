import type { ReactNode } from "react";
import { classes } from "./classes";
import styles from "./Numbers.module.css";

export interface NumberRow {
  id: string;
  name: ReactNode;
  /** The cells after the name. `span`: the number of columns of a cell that has more than one. */
  cells: readonly { id: string; value: ReactNode; span?: number }[];
}

/** A table of numbers with a name for each row. It scrolls where the page is narrow. */
export function Numbers({
  label,
  heads,
  rows,
  isEven,
}: {
  label: string;
  heads: readonly { id: string; name: ReactNode }[];
  rows: readonly NumberRow[];
  /** All columns of numbers have the same width, as in other tables with the same columns. */
  isEven?: boolean;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: A table that scrolls must be reachable by keyboard.
    <div className={styles.scroll} tabIndex={0}>
      <table className={classes(styles.numbers, isEven && styles.even)} aria-label={label}>
        <thead>
          <tr>
            {heads.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, name, cells }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              {cells.map((cell) => (
                <td key={cell.id} colSpan={cell.span}>
                  {cell.value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
