import { classes } from "./classes";
import { Dial, type Face } from "./Dial";
import styles from "./State.module.css";

/** The name of a state with its clock face and colour. A badge also has the background colour of the state. */
export function State({
  face,
  children,
  isBadge,
  minutes,
}: {
  face: Face;
  children: React.ReactNode;
  isBadge?: boolean;
  minutes?: number | undefined;
}) {
  return (
    <span className={classes(styles.state, `is-${face}`, isBadge && styles.badge)}>
      <Dial face={face} minutes={minutes} />
      {children}
    </span>
  );
}
