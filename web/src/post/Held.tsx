import { usePauses } from "../api/queue";
import type { Post, Publication } from "../api/types";
import { useMe } from "../session/Session";
import { POST } from "../strings/post";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { ButtonLink } from "../ui/Button";
import { Icon } from "../ui/Icon";
import styles from "./Publications.module.css";
import { pausesOn } from "./pauses";

/** Who paused a publication, since when and why, and the step of an operator, or whom to ask. */
export function Held({ post, publication }: { post: Post; publication: Publication }) {
  const { zone } = useZone();
  const isOperator = useMe().scopes.includes("operate");
  const { publishWithinSeconds: window } = post;
  const until = window === null ? null : momentOf(endOf(publication.dueAt, window), zone);
  const pauses = pausesOn(post, [publication.platform], usePauses().pauses ?? []);
  return (
    <div className={styles.why}>
      <div className="soft">
        {pauses.map((pause) => (
          <p key={`${pause.scope} ${pause.pausedAt}`}>
            <bdi>{pause.actor}</bdi> {POST.paused(pause, momentOf(pause.pausedAt, zone))} <bdi>“{pause.reason}”</bdi>.
          </p>
        ))}
        <p>
          {POST.heldText(pauses.length, until)} {!isOperator && POST.askOperator(pauses.length)}
        </p>
      </div>
      {isOperator && (
        <div className="row">
          <ButtonLink href="/queue">
            <Icon name="queue" />
            {POST.showPauses(pauses.length)}
          </ButtonLink>
        </div>
      )}
    </div>
  );
}

/** Return the instant at which the window of a publication closes. */
function endOf(due: string, window: number): string {
  return new Date(Date.parse(due) + window * 1000).toISOString();
}
