import type { Connection, Platform } from "../api/types";

type Account = Pick<Connection, "platform" | "accountId" | "handle" | "baseUrl">;

const nameOf = ({ handle }: Account) => encodeURIComponent(handle.replace(/^@/, ""));

/** The public pages of accounts, by platform. A page is `null` if the connection does not determine its address. */
const PAGES: Record<Platform, (account: Account) => string | null> = {
  bluesky: (account) => `https://bsky.app/profile/${nameOf(account)}`,
  facebook: ({ accountId }) => `https://www.facebook.com/${accountId}`,
  instagram: (account) => `https://www.instagram.com/${nameOf(account)}/`,
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

/**
 * Return the address of the account's public page, or `null` if it is not known. A connection to a server without HTTPS
 * is a connection to a simulated platform, whose accounts have no page.
 */
export function accountPage(account: Account): string | null {
  return account.baseUrl.startsWith("https://") ? PAGES[account.platform](account) : null;
}
