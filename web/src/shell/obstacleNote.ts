import { isLostAt, type LostAccount } from "../api/access";
import type { Holding } from "../post/held";
import { labelOfPauses } from "../post/pauses";
import { ACCESS } from "../strings/access";
import { PAUSES } from "../strings/pauses";
import type { Face } from "../ui/Dial";

/** Return the face of an account: red if its access is lost now, amber if it ends. */
export function faceOf({ connection }: Pick<LostAccount, "connection">): Face {
  return isLostAt(connection, null) ? "lost" : "caution";
}

/** Return the most severe face of accounts without access, and that of the pauses without such accounts. */
export function severestFace(accounts: readonly Pick<LostAccount, "connection">[]): Face {
  const faces = accounts.map(faceOf);
  return faces.find((each) => each === "lost") ?? faces[0] ?? "held";
}

/**
 * Say in a few words what prevents posts from being published: the posts that will fail, or else the accounts without
 * access, or else the pauses.
 */
export function obstacleNote(
  accounts: number,
  posts: number,
  areMore: boolean,
  canReconnect: boolean,
  holdings: readonly Pick<Holding, "pause">[],
): string {
  if (accounts > 0) {
    return posts > 0 ? ACCESS.failShortly(posts, areMore) : ACCESS.needAccess(accounts, canReconnect);
  }
  const label = labelOfPauses(holdings.map(({ pause }) => pause));
  return holdings.length > 1 && label !== PAUSES.publishing ? PAUSES.several(holdings.length, 0, false) : label;
}
