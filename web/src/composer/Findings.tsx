import { PLATFORMS } from "../strings/platforms";
import { Dial } from "../ui/Dial";
import styles from "./Findings.module.css";
import type { ComposerProblem } from "./problems";

/** The problems to fix in a section, under the section. */
export function Findings({
  problems,
  section,
}: {
  problems: readonly ComposerProblem[];
  section: ComposerProblem["section"];
}) {
  // An empty composer shows no errors, because the bar at the bottom says what is missing.
  const found = problems.filter((problem) => problem.section === section && problem.platform);
  return (
    <ul className={styles.findings} aria-live="polite">
      {found.map(({ message, platform }) => (
        <li key={`${platform} ${message}`} className="is-failed">
          <Dial face="failed" />
          <span>
            {platform && !message.includes(PLATFORMS[platform].name) && `${PLATFORMS[platform].name}: `}
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
