import { Link } from "react-aria-components";
import styles from "./Segments.module.css";

/** Links to a few views of the same data, one of which is open. */
export function Segments({
  label,
  segments,
  current,
}: {
  label: string;
  segments: readonly { id: string; label: string; href: string }[];
  current: string;
}) {
  return (
    <nav className={styles.segments} aria-label={label}>
      {segments.map(({ id, label: name, href }) => (
        <Link
          key={id}
          href={href}
          className={styles.segment ?? ""}
          {...(id === current ? { "aria-current": "page" } : {})}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
