import { usePauses } from "../api/queue";
import type { Post, Publication } from "../api/types";
import { useMe } from "../session/Session";
import { POST } from "../strings/post";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { ButtonLink } from "../ui/Button";
import { Icon } from "../ui/Icon";
import styles from "./Publications.module.css";
import { keyOf, pausesOn } from "./pauses";
import { publishBy } from "./window";

/** Who paused a publication, since when and why, and the step of an operator, or whom to ask. */
export function Held({ post, publication }: { post: Post; publication: Publication }) {
  const { zone } = useZone();
  const me = useMe();
  const isOperator = me.scopes.includes("operate");
  const until = publishBy(publication.dueAt, post, me);
  const pauses = pausesOn(post, [publication.platform], usePauses().pauses ?? []);
  return (
    <div className={styles.why}>
      <div className="soft">
        {pauses.map((pause) => (
          <p key={keyOf(pause)}>
            <bdi>{pause.actor}</bdi> {POST.paused(pause, momentOf(pause.pausedAt, zone))} <bdi>“{pause.reason}”</bdi>.
          </p>
        ))}
        <p>
          {POST.heldText(pauses.length, until && momentOf(until, zone))}{" "}
          {!isOperator && POST.askOperator(pauses.length)}
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
