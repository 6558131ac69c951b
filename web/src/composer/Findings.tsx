import type { ReactNode } from "react";
import { Dial } from "../ui/Dial";
import styles from "./Findings.module.css";
import { type ComposerProblem, namedMessage } from "./problems";

/** The problems to fix in a part of the page, under this part. */
export function Findings({ problems }: { problems: readonly ComposerProblem[] }) {
  return (
    <ul className={styles.findings}>
      {problems.map((problem) => (
        <li key={namedMessage(problem)} className="is-failed">
          <Dial face="failed" />
          <span>{namedMessage(problem)}</span>
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
