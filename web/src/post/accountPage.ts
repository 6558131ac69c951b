import type { Connection, Platform, Publication } from "../api/types";

type Account = Pick<Connection, "platform" | "accountId" | "handle" | "baseUrl">;
type Checked = Pick<Publication, "platform" | "connectionId" | "sandbox">;
type Other = Pick<Publication, "platform" | "connectionId" | "state" | "permalink" | "part">;

/** A page on which a person can check whether a post was published. */
export interface CheckPage {
  address: string;
  /** The page of the account, another part of the post on the account, or the first page of the platform. */
  kind: "account" | "part" | "platform";
}

const nameOf = ({ handle }: Account) => encodeURIComponent(handle.replace(/^@/, ""));
const isSecure = (address: string) => address.startsWith("https://");

/** The public pages of accounts, by platform. A page is `null` if the connection does not determine its address. */
const PAGES: Record<Platform, (account: Account) => string | null> = {
  bluesky: (account) => `https://bsky.app/profile/${nameOf(account)}`,
  facebook: ({ accountId }) => `https://www.facebook.com/${accountId}`,
  instagram: (account) => `https://www.instagram.com/${nameOf(account)}/`,
  // A person's page has a name that LinkedIn does not give.
  linkedin: ({ accountId }) => {
    const [, number] = /^urn:li:organization:(\d+)$/.exec(accountId) ?? [];
    return number ? `https://www.linkedin.com/company/${number}/` : null;
  },
  mastodon: ({ handle, baseUrl }) => {
    const [, user] = /^@([^@/]+)/.exec(handle) ?? [];
    return user ? `${baseUrl.replace(/\/$/, "")}/@${encodeURIComponent(user)}` : null;
  },
  pinterest: (account) => `https://www.pinterest.com/${nameOf(account)}/`,
  threads: (account) => `https://www.threads.com/@${nameOf(account)}`,
  // TikTok may omit the user name, and then the handle is the id.
  tiktok: (account) => (account.handle === account.accountId ? null : `https://www.tiktok.com/@${nameOf(account)}`),
  x: (account) => `https://x.com/${nameOf(account)}`,
  youtube: ({ accountId }) => `https://www.youtube.com/channel/${accountId}`,
};

/** The first pages of the platforms, where a person who is signed in finds the own posts. */
const HOMES: Record<Exclude<Platform, "mastodon">, string> = {
  bluesky: "https://bsky.app/",
  facebook: "https://www.facebook.com/",
  instagram: "https://www.instagram.com/",
  linkedin: "https://www.linkedin.com/",
  pinterest: "https://www.pinterest.com/",
  threads: "https://www.threads.com/",
  tiktok: "https://www.tiktok.com/",
  x: "https://x.com/",
  youtube: "https://www.youtube.com/",
};

/**
 * Return the address of the account's public page, or `null` if it is not known. A connection to a server without HTTPS
 * is a connection to a simulated platform, whose accounts have no page.
 */
export function accountPage(account: Account): string | null {
  return isSecure(account.baseUrl) ? PAGES[account.platform](account) : null;
}

/**
 * Return the page where a person can check a publication: the account's page or, if it is not known, another part of the
 * post on the account, or the first page of the platform. Return `null` if there is no such page: in the sandbox, and on
 * Mastodon without the connection, which names the server.
 */
export function checkPage(
  publication: Checked,
  account: Account | undefined,
  publications: readonly Other[],
): CheckPage | null {
  const page = account && accountPage(account);
  if (page) return { address: page, kind: "account" };
  const { platform, connectionId } = publication;
  const part = publications
    .filter((each) => each.platform === platform && each.connectionId === connectionId && each.state === "published")
    .toSorted((one, other) => other.part - one.part)
    .find(({ permalink }) => permalink);
  if (part?.permalink) return { address: part.permalink, kind: "part" };
  if (publication.sandbox) return null;
  const home = homeOf(platform, account);
  return home === null ? null : { address: home, kind: "platform" };
}

/** Return the first page of a platform, or of the server of the account. A simulated server shows all posts there. */
function homeOf(platform: Platform, account: Account | undefined): string | null {
  if (account && !isSecure(account.baseUrl)) return originOf(account.baseUrl);
  if (platform !== "mastodon") return HOMES[platform];
  return account ? originOf(account.baseUrl) : null;
}

function originOf(address: string): string | null {
  return URL.canParse(address) ? `${new URL(address).origin}/` : null;
}
