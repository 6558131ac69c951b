import { useNewestPost } from "../api/posts";
import type { Post } from "../api/types";
import { COMPOSER } from "../strings/composer";
import { SHELL } from "../strings/shell";
import { Button } from "../ui/Button";
import { Skeleton } from "../ui/Card";
import { Problem } from "../ui/Problem";
import { Sheet } from "../ui/Sheet";
import styles from "./ConflictSheet.module.css";
import { type Draft, draftOf, type RepliesOf, textOf } from "./draft";

/**
 * The dialog that appears if somebody else has saved the post in the meantime. It offers the choice between the
 * two versions.
 */
export function ConflictSheet({
  postId,
  yours,
  repliesOf,
  onTakeTheirs,
  onSaveMine,
  onClose,
}: {
  postId: string;
  yours: Draft;
  repliesOf: RepliesOf;
  onTakeTheirs: (post: Post, theirs: Draft) => void;
  onSaveMine: (post: Post) => void;
  onClose: () => void;
}) {
  const newest = useNewestPost(postId);
  const isOpen = newest.data && ["draft", "scheduled", "queued"].includes(newest.data.post.status);
  return (
    <Sheet title={COMPOSER.conflictTitle} isOpen onClose={onClose} isWide>
      {(newest.isPending || newest.isFetching) && <Skeleton lines={4} label={SHELL.loading} />}
      {newest.isError && <Problem error={newest.error} onRetry={() => newest.refetch()} />}
      {newest.data && !newest.isFetching && (
        <>
          <p>{isOpen ? COMPOSER.conflictText : COMPOSER.tooLate}</p>
          <div className={styles.two}>
            <Version title={COMPOSER.theirs} draft={draftOf(newest.data.post, repliesOf)} />
            <Version title={COMPOSER.yours} draft={yours} />
          </div>
          <div className="row">
            <Button look="primary" onPress={() => onTakeTheirs(newest.data.post, draftOf(newest.data.post, repliesOf))}>
              {COMPOSER.takeTheirs}
            </Button>
            {isOpen && <Button onPress={() => onSaveMine(newest.data.post)}>{COMPOSER.saveMine}</Button>}
          </div>
        </>
      )}
    </Sheet>
  );
}

function Version({ title, draft }: { title: string; draft: Draft }) {
  return (
    <section className="stack" aria-label={title}>
      <h3>{title}</h3>
      <p className={styles.words} dir="auto">
        {draft.words.content}
      </p>
      {draft.words.parts.map((part, index) => (
        <p key={`part ${index + 2}`} className={styles.words} dir="auto">
          {textOf(part)}
        </p>
      ))}
      <p className="small faint">{draft.at ? `${draft.at.replace("T", ", ")} (${draft.timezone})` : ""}</p>
    </section>
  );
}
