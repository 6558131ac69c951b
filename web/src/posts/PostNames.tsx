import type { ReactNode } from "react";
import type { Post } from "../api/types";
import { POSTS } from "../strings/posts";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import styles from "./Bulk.module.css";

const MAX_NAMED = 3;
const MAX_CHARACTERS = 60;

type Named = Pick<Post, "content" | "scheduledAt">;

/** The posts that an action concerns: the names of the first ones, and how many more there are. */
export function PostNames<Each extends { post: Named & Pick<Post, "id"> }>({
  posts,
  children,
}: {
  posts: readonly Each[];
  /** What is said about a post instead of its time. */
  children?: (each: Each) => ReactNode;
}) {
  const more = posts.length - MAX_NAMED;
  return (
    <ul className={styles.names}>
      {posts.slice(0, MAX_NAMED).map((each) => (
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
  const words = wordsOf(content);
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

function wordsOf(content: string): string {
  const characters = [...content];
  if (characters.length <= MAX_CHARACTERS) return content;
  return `${characters
    .slice(0, MAX_CHARACTERS)
    .join("")
    .replace(/\s+\S*$/, "")} …`;
}
