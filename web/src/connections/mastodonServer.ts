/** The name of an account in front of its server, which the API ignores. */
const ACCOUNT = /^@?[\w.-]+@(?=[^@/]+$)/;

/**
 * Return the address of a Mastodon server from what a person typed, such as `mastodon.social` or `@lena@mastodon.social`,
 * or `null` while that is not an address. The default scheme is HTTPS, as in the API.
 */
function serverOf(typed: string): URL | null {
  const text = typed.trim().replace(ACCOUNT, "");
  const address = text.includes("://") ? text : `https://${text}`;
  if (!text || !URL.canParse(address)) return null;
  const url = new URL(address);
  const isServer = /^https?:$/.test(url.protocol) && /^\[|[^.]\.[^.]|^localhost$/.test(url.hostname) && !url.username;
  return isServer ? url : null;
}

/** Return the name of the server that a person typed, or `null` while that is not an address. */
export const nameOfServer = (typed: string): string | null => serverOf(typed)?.host ?? null;

/** Return the name of the server and the address of its page for applications, where a person gets an access token. */
export function applicationsPage(typed: string): { server: string; address: string } | null {
  const url = serverOf(typed);
  return url && { server: url.host, address: `${url.origin}/settings/applications` };
}

/** The length under which a text cannot be an access token. The tokens of Mastodon have 43 characters. */
const MIN_TOKEN = 20;

/**
 * Return whether a text cannot be an access token: it is too short, or has other characters than a bearer token (RFC 6750,
 * section 2.1). The client key and the client secret look the same as a token, so only the server can tell them apart.
 */
export function isNoToken(typed: string): boolean {
  const token = typed.trim();
  return token !== "" && (token.length < MIN_TOKEN || !/^[\w\-.~+/]+=*$/.test(token));
}
