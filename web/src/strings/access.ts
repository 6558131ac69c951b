import { type Destination, isMissing } from "../api/destinations";
import type { Platform } from "../api/types";
import { isolated } from "./isolated";
import { namesOf, PLATFORMS } from "./platforms";

type Named = Pick<Destination, "handle" | "platform">;

const named = ({ handle, platform }: Named) =>
  handle ? `${isolated(handle)} on ${PLATFORMS[platform].name}` : `an account on ${PLATFORMS[platform].name}`;
/** What is wrong with a place without a connection, and what to do about it before a time. */
const missing = ({ health, ...account }: Pick<Destination, "health"> & Named) =>
  health === "none"
    ? `No ${PLATFORMS[account.platform].name} account is connected`
    : account.handle
      ? `The account ${named(account)} is no longer connected`
      : `${capitalized(named(account))} is no longer connected`;
const connectAgain = ({ health }: Pick<Destination, "health">) =>
  health === "none" ? "connect one" : "connect it again, or choose another account,";
const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const postsFail = (count: number, areMore: boolean) =>
  `${count}${areMore ? " or more" : ""} ${count === 1 && !areMore ? "post" : "posts"} will fail`;

/** The number of accounts without access, for a person who can reconnect them or not. */
const needAccess = (accounts: number, canReconnect: boolean) =>
  `${accounts} ${accounts === 1 ? "account needs" : "accounts need"} ${canReconnect ? "you" : "attention"}`;

const PUBLISHED = "the post is published";
const ASK = "Ask a person with the role “editor” or “admin” to";

/** The texts about accounts to which access is lost or ends. */
export const ACCESS = {
  willFail: (platforms: readonly Platform[]) => `${namesOf([...new Set(platforms)])} will fail`,
  willFailHere: (
    connections: readonly (Pick<Destination, "health"> & Named)[],
    isOnly: (platform: Platform) => boolean,
  ) => {
    const isPlain = (each: Pick<Destination, "health"> & Named) =>
      each.health === "none" || (each.health !== "gone" && isOnly(each.platform));
    const names = new Intl.ListFormat("en-GB").format(
      connections.map((each) => (isPlain(each) ? PLATFORMS[each.platform].name : named(each))),
    );
    const them = connections.length === 1 ? "it" : "them";
    const step = connections.every(({ health }) => health === "none")
      ? "connect an account"
      : connections.every(({ health }) => health === "gone")
        ? `connect ${them} again, or choose another account`
        : `reconnect ${them}`;
    return `${capitalized(names)} will fail: ${step}`;
  },
  lost: (connection: Destination) =>
    isMissing(connection) ? `${missing(connection)}.` : `Access to ${named(connection)} is lost.`,
  /** Why a post failed on a named account that was not connected, and may be connected again since. */
  wasMissing: (account: Pick<Destination, "health"> & Named) =>
    account.health === "gone" ? `${missing(account)}.` : `The account ${named(account)} was not connected.`,
  connectOrDuplicate: "Connect it again, or duplicate the post for another account.",
  connectAgain: (account: Named) => `Connect the account ${named(account)} again.`,
  ends: (connection: Destination, day: string) => `Access to ${named(connection)} ends on ${day}.`,
  lostAccounts: "Accounts without access",
  lostHere: (connection: Destination, isOnly: boolean) => {
    if (isMissing(connection)) return missing(connection);
    return isOnly ? `${PLATFORMS[connection.platform].name} access is lost` : `Access to ${named(connection)} is lost`;
  },
  endsHere: (connection: Destination, isOnly: boolean, day: string) =>
    isOnly
      ? `${PLATFORMS[connection.platform].name} access ends on ${day}`
      : `Access to ${named(connection)} ends on ${day}`,
  /** The posts that fail on several accounts, for a person who can reconnect them or not. */
  severalLost: (accounts: number, posts: number, areMore: boolean, canReconnect: boolean) =>
    `${needAccess(accounts, canReconnect)}: ${postsFail(posts, areMore)}`,
  needAccess,
  /** The name of the button with a note, which leads to the banner. */
  showAbove: (note: string) => `${note}: show this at the top`,
  showAccounts: "Show",
  hideAccounts: "Hide",
  reconnectIt: ({ health }: Pick<Destination, "health">) => (isMissing({ health }) ? "Connect" : "Reconnect"),
  failShortly: postsFail,
  failThere: (count: number, areMore: boolean, first: string | null) => {
    const when = count === 1 && !areMore ? ` on ${first}` : `, the first on ${first}`;
    return `${postsFail(count, areMore)} there${first ? when : ""}`;
  },
  shared: (posts: number) =>
    `${postsFail(posts, false)} in all. A post that goes to several accounts is counted on each of them.`,
  reconnectBefore: (connection: Pick<Destination, "health">, when: string | null) =>
    `${isMissing(connection) ? capitalized(connectAgain(connection)) : "Reconnect it"} before ${when ?? PUBLISHED}.`,
  askBefore: (connection: Pick<Destination, "health">, when: string | null) =>
    `${ASK} ${isMissing(connection) ? connectAgain(connection) : "reconnect it"} before ${when ?? PUBLISHED}.`,
  ask: (count: number) => `${ASK} reconnect ${count === 1 ? "it" : "them"}.`,
  openAccount: (connection: Named) => `Open ${named(connection)}`,
  choose: "choose a value",
  isLost: "Access lost",
  isGone: "Disconnected",
  isNone: "Not connected",
  endsBefore: "Access ends before this time",
  reconnectTo: (platform: Platform, purpose: string) => `Reconnect ${PLATFORMS[platform].name} to ${purpose}`,
  reconnect: ({ platform, health }: Pick<Destination, "health" | "platform">) =>
    `${isMissing({ health }) ? "Connect" : "Reconnect"} ${PLATFORMS[platform].name}`,
} as const;
