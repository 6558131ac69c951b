import { POST } from "../strings/post";
import styles from "./ChangeList.module.css";

/** A text or a time before a change, and now. An empty text was or is absent. */
export interface Change {
  name: string;
  before: string;
  now: string;
}

/** The values of fields before and after a change, side by side. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  return changes.map(({ name, before, now }) => (
    <dl key={name} className={styles.change} aria-label={name}>
      <div>
        <dt className="small faint">{POST.before(name)}</dt>
        <dd dir="auto">{before || POST.nothing}</dd>
      </div>
      <div>
        <dt className="small faint">{POST.now(name)}</dt>
        <dd dir="auto" className="strong">
          {now || POST.nothing}
        </dd>
      </div>
    </dl>
  ));
}
