import type { Connection, Publication } from "../api/types";

type Account = Pick<Connection, "baseUrl" | "profileUrl">;
type Other = Pick<Publication, "platform" | "permalink">;

/**
 * Return whether an address leads to another site than those that are known of its platform: the home page, the
 * account's page, the server of a platform with many servers, and the addresses of other publications. Without a known
 * site, no address is doubtful. The API refuses an address that cannot be read.
 */
export function isOnOtherSite(
  address: string,
  platform: Publication["platform"],
  homeUrl: string | null,
  account: Account | undefined,
  publications: readonly Other[],
): boolean {
  const host = hostOf(address);
  const known = [
    homeUrl ?? account?.baseUrl,
    account?.profileUrl,
    ...publications.filter((each) => each.platform === platform).map(({ permalink }) => permalink),
  ].flatMap((url) => (url && hostOf(url)) || []);
  return host !== null && known.length > 0 && !known.some((site) => host === site || host.endsWith(`.${site}`));
}

/** Return whether a text is an https address, such as a browser copies. */
export function isAddress(text: string): boolean {
  return hostOf(text) !== null;
}

/**
 * Return the host of an https address without `www.`, so that `m.facebook.com` is on the site of `www.facebook.com`. A
 * simulated platform has no https address, so it says nothing about the platform's site.
 */
function hostOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" ? hostname.replace(/^www\./, "") : null;
}
