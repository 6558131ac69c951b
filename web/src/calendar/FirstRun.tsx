import { usePlatforms } from "../api/platforms";
import { FIRST_RUN } from "../strings/firstRun";
import { ButtonLink } from "../ui/Button";
import { Card } from "../ui/Card";
import { Icon } from "../ui/Icon";
import styles from "./Calendar.module.css";

/** Leads a person without a connected account to the first published post. */
export function FirstRun() {
  const platforms = usePlatforms();
  if (!platforms.data) return null;
  const hasSandbox = Object.values(platforms.data).some(({ unconnected }) => unconnected === "sandbox");
  return (
    <Card isPadded labelledBy="first-run" className={styles.first}>
      <h2 id="first-run">{FIRST_RUN.title}</h2>
      <p className="soft">{hasSandbox ? FIRST_RUN.sandbox : FIRST_RUN.connect}</p>
      <div className="row">
        <ButtonLink look="primary" href="/connections?connect=">
          <Icon name="link" />
          {FIRST_RUN.connectAccount}
        </ButtonLink>
        {hasSandbox && (
          <ButtonLink href="/posts/new?first=bluesky">
            <Icon name="pen" />
            {FIRST_RUN.write}
          </ButtonLink>
        )}
      </div>
    </Card>
  );
}
