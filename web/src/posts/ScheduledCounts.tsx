import { countText } from "../shell/useAttention";
import { POSTS } from "../strings/posts";
import { Dial, type Face } from "../ui/Dial";
import { useNarrow } from "../ui/useNarrow";
import styles from "./Posts.module.css";

/**
 * How many scheduled posts need a person, and why. A phone has no room for the words, and a number alone would look like the
 * number of all scheduled posts, so a face shows that some of them need a person.
 */
export function ScheduledCounts({ lost, held }: { lost: number; held: number }) {
  const isNarrow = useNarrow();
  const parts: { face: Face; text: string }[] = [
    ...(lost > 0 ? [{ face: "lost" as const, text: POSTS.willFail(countText(lost)) }] : []),
    ...(held > 0 ? [{ face: "held" as const, text: POSTS.held(countText(held)) }] : []),
  ];
  const [first] = parts;
  if (!first) return null;
  if (!isNarrow) {
    return parts.map(({ face, text }) => (
      <span key={face} className={`${styles.count} is-${face}`}>
        {text}
      </span>
    ));
  }
  return (
    <span className={`${styles.count} is-${first.face}`}>
      <Dial face={first.face} />
      <span className="hidden">{parts.map(({ text }) => text).join(", ")}</span>
    </span>
  );
}
