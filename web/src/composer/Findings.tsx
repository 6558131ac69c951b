import type { ReactNode } from "react";
import { Link } from "react-aria-components";
import { SHELL } from "../strings/shell";
import { Dial, type Face } from "../ui/Dial";
import styles from "./Findings.module.css";
import { type ComposerProblem, namedMessage } from "./problems";

/** The problems to fix in a part of the page, under this part. The face `caution` is for what a platform may refuse. */
export function Findings({
  problems,
  face = "failed",
}: {
  problems: readonly ComposerProblem[];
  face?: Extract<Face, "failed" | "caution">;
}) {
  return (
    <ul className={styles.findings}>
      {problems.map((problem) => (
        <li key={namedMessage(problem)} className={`is-${face}`}>
          <Dial face={face} />
          <span>
            {namedMessage(problem)}
            {problem.postId && (
              <>
                {" "}
                <Link href={`/posts/${problem.postId}`} target="_blank" className={styles.link ?? ""}>
                  {SHELL.openPost}
                </Link>
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Return the sentences under a field about its problems, or `null` if it has none. */
export function sentencesOf(problems: readonly ComposerProblem[]): ReactNode {
  if (problems.length === 0) return null;
  return problems.map((problem) => (
    <span key={namedMessage(problem)} className={styles.sentence}>
      {namedMessage(problem)}
    </span>
  ));
}
