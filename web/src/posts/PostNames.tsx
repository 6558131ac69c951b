import type { ReactNode } from "react";
import type { Post } from "../api/types";
import { POSTS } from "../strings/posts";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { shortened } from "../ui/shortened";
import styles from "./Bulk.module.css";

/** The maximum number of posts that a dialog names. */
export const MAX_NAMED = 3;
const MAX_CHARACTERS = 60;

type Named = Pick<Post, "content" | "scheduledAt">;

/** Return the posts that a list names. The words "and 1 more" would need as much room as the name of the last post. */
export const firstNamed = <Each,>(posts: readonly Each[], max: number): readonly Each[] =>
  posts.length > max + 1 ? posts.slice(0, max) : posts;

/** A list of the first posts of an action, and the number of the others. */
export function PostNames<Each extends { post: Named & Pick<Post, "id"> }>({
  posts,
  children,
}: {
  posts: readonly Each[];
  /** The words about a post that replace its time. */
  children?: (each: Each) => ReactNode;
}) {
  const named = firstNamed(posts, MAX_NAMED);
  const more = posts.length - named.length;
  return (
    <ul className={styles.names}>
      {named.map((each) => (
        <li key={each.post.id}>
          {children ? (
            <>
              <PostName post={{ ...each.post, scheduledAt: null }} />: {children(each)}
            </>
          ) : (
            <PostName post={each.post} />
          )}
        </li>
      ))}
      {more > 0 && <li>{POSTS.andMore(more)}</li>}
    </ul>
  );
}

/** The first words of a post and, because posts may have the same text, its time. */
export function PostName({ post: { content, scheduledAt } }: { post: Named }) {
  const { zone } = useZone();
  const words = shortened(content, MAX_CHARACTERS);
  return (
    <>
      {words ? (
        <>
          “<bdi>{words}</bdi>”
        </>
      ) : (
        POSTS.noText
      )}
      {scheduledAt && `, ${momentOf(scheduledAt, zone)}`}
    </>
  );
}
