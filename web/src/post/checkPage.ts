import type { Connection, Publication } from "../api/types";

type Account = Pick<Connection, "baseUrl" | "profileUrl">;
type Checked = Pick<Publication, "platform" | "connectionId" | "sandbox">;
type Other = Pick<Publication, "platform" | "connectionId" | "state" | "permalink" | "part">;

/** A page on which a person can check whether a post was published. */
export interface CheckPage {
  address: string;
  /** The page of the account, another part of the post on the account, or the home page of the platform. */
  kind: "account" | "part" | "platform";
}

/**
 * Return the page where a person can check a publication: the account's page or, if it is not known, another part of the
 * post on the account, or the home page of the platform. `homeUrl` is the platform's home page, or `null` if each
 * server has its own. Return `null` if there is no such page: in the sandbox, and without the connection if only the
 * connection names the server.
 */
export function checkPage(
  publication: Checked,
  account: Account | undefined,
  publications: readonly Other[],
  homeUrl: string | null,
): CheckPage | null {
  if (account?.profileUrl) return { address: account.profileUrl, kind: "account" };
  const { platform, connectionId } = publication;
  const part = publications
    .filter((each) => each.platform === platform && each.connectionId === connectionId && each.state === "published")
    .toSorted((one, other) => other.part - one.part)
    .find(({ permalink }) => permalink);
  if (part?.permalink) return { address: part.permalink, kind: "part" };
  if (publication.sandbox) return null;
  const home = homeOf(account, homeUrl);
  return home === null ? null : { address: home, kind: "platform" };
}

/**
 * Return the home page of a platform, or of the server of the account. A server without HTTPS is a simulated platform,
 * whose home page shows all posts.
 */
function homeOf(account: Account | undefined, homeUrl: string | null): string | null {
  const isSimulated = account && !account.baseUrl.startsWith("https://");
  if (homeUrl !== null && !isSimulated) return homeUrl;
  return account && URL.canParse(account.baseUrl) ? `${new URL(account.baseUrl).origin}/` : null;
}
