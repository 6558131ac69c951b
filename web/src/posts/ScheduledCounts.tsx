import { countText } from "../shell/useAttention";
import { POSTS } from "../strings/posts";
import { useNarrow } from "../ui/useNarrow";
import styles from "./Posts.module.css";

/** How many scheduled posts need a person, and why. On a phone, one number leaves room for the next tabs. */
export function ScheduledCounts({ lost, held }: { lost: number; held: number }) {
  const isNarrow = useNarrow();
  if (lost + held === 0) return null;
  const parts = [
    ...(lost > 0 ? [{ face: "is-failed", text: POSTS.willFail(countText(lost)) }] : []),
    ...(held > 0 ? [{ face: "is-held", text: POSTS.held(countText(held)) }] : []),
  ];
  if (!isNarrow) {
    return parts.map(({ face, text }) => (
      <span key={face} className={`${styles.count} ${face}`}>
        {text}
      </span>
    ));
  }
  return (
    <span className={`${styles.count} ${parts[0]?.face}`}>
      <span aria-hidden="true">{countText(lost + held)}</span>
      <span className="hidden">{parts.map(({ text }) => text).join(", ")}</span>
    </span>
  );
}
