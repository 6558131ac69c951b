import type { Connection, Platform } from "../api/types";
import { isolated } from "./isolated";
import { namesOf, PLATFORMS } from "./platforms";

const named = ({ handle, platform }: Pick<Connection, "handle" | "platform">) =>
  `${isolated(handle)} on ${PLATFORMS[platform].name}`;
const postsFail = (count: number, areMore: boolean) =>
  `${count}${areMore ? " or more" : ""} ${count === 1 && !areMore ? "post" : "posts"} will fail`;

const PUBLISHED = "the post is published";
const ASK = "Ask a person with the role “editor” or “admin” to reconnect";

/** The texts about accounts to which access is lost or ends. */
export const ACCESS = {
  willFail: (platforms: readonly Platform[]) => `${namesOf([...new Set(platforms)])} will fail`,
  willFailHere: (
    connections: readonly Pick<Connection, "handle" | "platform">[],
    isOnly: (platform: Platform) => boolean,
  ) =>
    `${new Intl.ListFormat("en-GB").format(
      connections.map((each) => (isOnly(each.platform) ? PLATFORMS[each.platform].name : named(each))),
    )} will fail: reconnect ${connections.length === 1 ? "it" : "them"}`,
  lost: (connection: Connection) => `Access to ${named(connection)} is lost.`,
  ends: (connection: Connection, day: string) => `Access to ${named(connection)} ends on ${day}.`,
  lostAccounts: "Accounts without access",
  lostHere: (connection: Connection, isOnly: boolean) =>
    isOnly ? `${PLATFORMS[connection.platform].name} access is lost` : `Access to ${named(connection)} is lost`,
  endsHere: (connection: Connection, isOnly: boolean, day: string) =>
    isOnly
      ? `${PLATFORMS[connection.platform].name} access ends on ${day}`
      : `Access to ${named(connection)} ends on ${day}`,
  /** The posts that fail on several accounts, for a person who can reconnect them or not. */
  severalLost: (accounts: number, posts: number, areMore: boolean, canReconnect: boolean) =>
    `${accounts} ${accounts === 1 ? "account needs" : "accounts need"} ${canReconnect ? "you" : "attention"}: ${postsFail(posts, areMore)}`,
  showAccounts: "Show",
  hideAccounts: "Hide",
  reconnectIt: "Reconnect",
  failShortly: postsFail,
  failThere: (count: number, areMore: boolean, first: string | null) => {
    const when = count === 1 && !areMore ? ` on ${first}` : `, the first on ${first}`;
    return `${postsFail(count, areMore)} there${first ? when : ""}`;
  },
  shared: (posts: number) =>
    `${postsFail(posts, false)} in all. A post that goes to several accounts is counted on each of them.`,
  reconnectBefore: (when: string | null) => `Reconnect it before ${when ?? PUBLISHED}.`,
  askBefore: (when: string | null) => `${ASK} it before ${when ?? PUBLISHED}.`,
  ask: (count: number) => `${ASK} ${count === 1 ? "it" : "them"}.`,
  openAccount: (connection: Pick<Connection, "handle" | "platform">) => `Open ${named(connection)}`,
  choose: "choose a value",
  isLost: "Access lost",
  endsOn: (day: string) => `Ends on ${day}`,
  reconnectTo: (platform: Platform, purpose: string) => `Reconnect ${PLATFORMS[platform].name} to ${purpose}`,
  reconnect: (platform: Platform) => `Reconnect ${PLATFORMS[platform].name}`,
} as const;
