import type { ReactNode } from "react";
import { SHELL } from "../strings/shell";
import { CloseButton } from "./CloseButton";
import styles from "./Editor.module.css";

/**
 * The frame of the composer without its form: the header with the way out, and what the page shows instead. The planner
 * also shows the frame while it loads the composer, so the frame belongs to the first scripts, which are small.
 */
export function Frame({ postId, children }: { postId?: string | undefined; children: ReactNode }) {
  return (
    <>
      <header className={styles.bar}>
        <CloseButton postId={postId} />
        <h1>{postId ? SHELL.editPost : SHELL.newPost}</h1>
      </header>
      <main className={styles.editor} id="main">
        {children}
      </main>
    </>
  );
}
