import { useDestinations } from "../api/connections";
import type { HistoryEvent } from "../api/types";
import { POST } from "../strings/post";
import { dayOf, secondsOf } from "../time/format";
import { useZone } from "../time/zone";
import { Dial, type Face } from "../ui/Dial";
import { Fold } from "../ui/Fold";
import { Icon } from "../ui/Icon";
import { changedFields, valuesOf } from "./changedFields";
import { readable } from "./failureReason";
import { fieldChange } from "./fieldChange";
import styles from "./History.module.css";

const FACES: Record<string, Face> = {
  "post.created": "draft",
  "post.scheduled": "scheduled",
  "post.queued": "queued",
  "post.published": "published",
  "post.failed": "failed",
  "post.approved": "approval",
  "post.rejected": "rejected",
  "post.cancelled": "draft",
  "post.archived": "archived",
  "post.retried": "queued",
  "publication.published": "published",
  "publication.failed": "failed",
  "publication.unknown": "unknown",
};

/** The events of the post and their actors, newest first. */
export function History({ events }: { events: readonly HistoryEvent[] }) {
  const { zone } = useZone();
  const accounts = useDestinations();
  return (
    <Fold id="history" title={POST.history} count={events.length}>
      <ol className={styles.rail}>
        {events.toReversed().map((event, index) => {
          const face = FACES[event.type];
          const fields = changedFields(event);
          const changed = fields
            .map((field) => fieldChange(field, valuesOf(event, field), accounts))
            // With the platforms, the accounts change, too, even if none is named.
            .filter((change) => change !== POST.sameAccounts || !fields.includes("platforms"));
          const reason =
            event.type.startsWith("publication.") && typeof event.data.reason === "string" ? event.data.reason : null;
          const comment = typeof event.data.comment === "string" ? event.data.comment : null;
          return (
            <li key={index} className={face ? `is-${face}` : ""}>
              {face ? <Dial face={face} /> : <Icon name="pen" />}
              <p>
                {POST.eventOf(event.type, event.data.platform, event.data.part)}
                {changed.length > 0 && <span className="soft">: {changed.join(", ")}</span>}
                {reason && (
                  <span className="soft">
                    : <bdi>{readable(reason, false)}</bdi>
                  </span>
                )}
                {comment && (
                  <span className="soft">
                    . “<bdi>{comment}</bdi>”
                  </span>
                )}
              </p>
              <p className={styles.at}>
                {dayOf(event.at, zone)}, {secondsOf(event.at, zone)}, <bdi>{event.actor ?? POST.bySystem}</bdi>
              </p>
            </li>
          );
        })}
      </ol>
    </Fold>
  );
}
