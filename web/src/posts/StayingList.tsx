import { Link } from "react-aria-components";
import type { BulkAction } from "../api/posts";
import { POSTS } from "../strings/posts";
import styles from "./Bulk.module.css";
import type { Staying } from "./bulkPlan";
import { firstNamed, PostName } from "./PostNames";

const MAX_NAMED = 5;

/** Names the chosen posts that an action leaves as they are, with the reason of each. A dialog names only the first. */
export function StayingList({
  action,
  staying,
  total,
  done,
}: {
  action: BulkAction;
  staying: readonly Staying[];
  /** The number of the chosen posts. */
  total: number;
  /** After the action, the list is complete and each name leads to its post. `isBack`: the posts were moved back. */
  done?: { isBack: boolean };
}) {
  if (staying.length === 0) return null;
  const named = done ? staying : firstNamed(staying, MAX_NAMED);
  const more = staying.length - named.length;
  return (
    <div>
      <p>
        {done
          ? POSTS.notDone(action, staying.length, total, done.isBack)
          : POSTS.notDoable(action, staying.length, total)}
      </p>
      <ul className={styles.names}>
        {named.map(({ post, reason }) => {
          const id = typeof post === "string" ? post : post.id;
          const name = typeof post === "string" ? post : <PostName post={post} />;
          return (
            <li key={id}>
              {done ? <Link href={`/posts/${id}`}>{name}</Link> : name}: {reason}
            </li>
          );
        })}
        {more > 0 && <li>{POSTS.andMore(more)}</li>}
      </ul>
    </div>
  );
}
