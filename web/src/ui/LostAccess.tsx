import type { LostAccount } from "../api/access";
import type { Destination } from "../api/destinations";
import type { Platform } from "../api/types";
import { ACCESS } from "../strings/access";
import { dayOf, momentOf } from "../time/format";
import { ButtonLink } from "./Button";
import { Icon } from "./Icon";

/**
 * Return the sentences about a connection without access at the time of a post, or now if the time is `null`: what to do
 * or, for a person who may not reconnect it, whom to ask.
 */
export function lostSentence(
  connection: Destination,
  scheduledAt: string | null,
  zone: string,
  canReconnect: boolean,
): string {
  const when = scheduledAt && momentOf(scheduledAt, zone);
  return `${shortLostSentence(connection, zone)} ${canReconnect ? ACCESS.reconnectBefore(connection, when) : ACCESS.askBefore(connection, when)}`;
}

/** Return the sentence about a connection without access, for a row on a phone that also has the link to reconnect it. */
export function shortLostSentence(connection: Destination, zone: string): string {
  const end = endOf(connection);
  return end ? ACCESS.ends(connection, dayOf(end, zone)) : ACCESS.lost(connection);
}

/** Return the sentences that a post will fail on connections without access at its new time, and why. */
export function willFailSentence(lost: readonly Destination[], zone: string): string {
  const reasons = lost.map((connection) => shortLostSentence(connection, zone));
  return [`${ACCESS.willFail(lost.map(({ platform }) => platform))}.`, ...reasons].join(" ");
}

/** Return the sentence about an account without access and the scheduled posts that will fail on it. */
export function lostAccountSentence(account: LostAccount, zone: string): string {
  return `${causeOf(account, zone)}: ${failSentence(account, zone)}`;
}

/** Return the sentence without the time of the first post, for one row on a phone. */
export function shortLostAccountSentence(account: LostAccount, zone: string): string {
  return `${causeOf(account, zone)}: ${ACCESS.failShortly(account.count, account.areMore)}.`;
}

function causeOf({ connection, isOnly }: LostAccount, zone: string): string {
  const end = endOf(connection);
  return end ? ACCESS.endsHere(connection, isOnly, dayOf(end, zone)) : ACCESS.lostHere(connection, isOnly);
}

/** Return the sentence about the scheduled posts that will fail on an account without access. */
export function failSentence({ count, areMore, first }: Omit<LostAccount, "connection" | "isOnly">, zone: string) {
  return `${ACCESS.failThere(count, areMore, first && momentOf(first, zone))}.`;
}

/** Return the end of an access that is not lost yet. */
function endOf({ health, expiresAt }: Destination): string | null {
  return health === "reconnect_required" ? null : expiresAt;
}

/** Return the address of the dialog that connects an account again. `id`: its connection, if it is known. */
export const connectAddress = (platform: Platform, id: string | null | undefined) =>
  `/connections?connect=${platform}${id ? `&account=${encodeURIComponent(id)}` : ""}`;

/** The link that connects the account of a connection again. The short one shows the platform to screen readers only. */
export function ReconnectLink({
  connection,
  isNewTab,
  isShort,
}: {
  connection: Destination;
  isNewTab?: boolean;
  isShort?: boolean;
}) {
  return (
    <ButtonLink
      href={connectAddress(connection.platform, connection.id)}
      {...(isNewTab ? { target: "_blank", isCompact: true } : {})}
      {...(isShort ? { "aria-label": ACCESS.reconnect(connection) } : {})}
    >
      <Icon name="link" />
      {isShort ? ACCESS.reconnectIt(connection) : ACCESS.reconnect(connection)}
    </ButtonLink>
  );
}
