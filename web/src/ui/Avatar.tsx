import styles from "./Avatar.module.css";

/** The initials of a person in a circle. It is hidden from screen readers: the name must follow it. */
export function Avatar({ name }: { name: string }) {
  const initials = name
    .split(/[\s._@-]+/u)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("");
  return (
    <span className={styles.avatar} aria-hidden="true">
      {initials.toUpperCase()}
    </span>
  );
}
