import type { Connection } from "../api/types";
import { ACCESS } from "../strings/access";
import { dayOf, momentOf } from "../time/format";
import { ButtonLink } from "./Button";
import { Icon } from "./Icon";

/** Return the sentence about a connection without access at the time of a post, or now if the time is `null`. */
export function lostSentence(connection: Connection, scheduledAt: string | null, zone: string): string {
  const { health, expiresAt } = connection;
  const cause =
    health !== "reconnect_required" && expiresAt
      ? ACCESS.ends(connection, dayOf(expiresAt, zone))
      : ACCESS.lost(connection);
  return `${cause} ${scheduledAt ? ACCESS.before(momentOf(scheduledAt, zone)) : ACCESS.beforeItsTime}`;
}

/** The link that connects the account of a connection again. */
export function ReconnectLink({ connection, isNewTab }: { connection: Connection; isNewTab?: boolean }) {
  return (
    <ButtonLink
      href={`/connections?connect=${connection.platform}`}
      {...(isNewTab ? { target: "_blank", isCompact: true } : {})}
    >
      <Icon name="link" />
      {ACCESS.reconnect(connection.platform)}
    </ButtonLink>
  );
}
