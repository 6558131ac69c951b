import { Link } from "react-aria-components";
import type { BulkAction } from "../api/posts";
import type { Post } from "../api/types";
import { POSTS } from "../strings/posts";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import styles from "./Bulk.module.css";
import type { Staying } from "./bulkPlan";

const MAX_NAMED = 5;
const MAX_CHARACTERS = 60;

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
  const { zone } = useZone();
  if (staying.length === 0) return null;
  const named = done ? staying : staying.slice(0, MAX_NAMED);
  const more = staying.length - named.length;
  return (
    <div>
      <p>
        {done
          ? POSTS.notDone(action, staying.length, total, done.isBack)
          : POSTS.notDoable(action, staying.length, total)}
      </p>
      <ul className={styles.staying}>
        {named.map(({ post, reason }) => {
          const id = typeof post === "string" ? post : post.id;
          const name = typeof post === "string" ? post : <Name post={post} zone={zone} />;
          return (
            <li key={id}>
              {done ? <Link href={`/posts/${id}`}>{name}</Link> : name}: {reason}
            </li>
          );
        })}
        {more > 0 && <li>{POSTS.moreStay(more)}</li>}
      </ul>
    </div>
  );
}

/** The first words of a post and, because posts may have the same text, its time. */
function Name({ post: { content, scheduledAt }, zone }: { post: Post; zone: string }) {
  const characters = [...content];
  const start = characters.slice(0, MAX_CHARACTERS).join("");
  const words = characters.length > MAX_CHARACTERS ? `${start.replace(/\s+\S*$/, "")} …` : content;
  return (
    <>
      {words && (
        <>
          “<bdi>{words}</bdi>”
        </>
      )}
      {words && scheduledAt && ", "}
      {scheduledAt && momentOf(scheduledAt, zone)}
    </>
  );
}
