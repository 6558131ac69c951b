import { useRef } from "react";
import type { LostAccount } from "../api/access";
import { useLostAccounts, useLostPosts } from "../api/lost";
import { type Holding, useHoldings } from "../post/held";

const NONE: readonly never[] = [];

/** What prevents posts from being published at their times. */
export interface Obstacles {
  accounts: readonly LostAccount[];
  holdings: readonly Holding[];
}

/**
 * Return the accounts without access and the pauses in force. At first, nothing is returned until both are known, so that
 * they push the page down only once.
 */
export function useObstacles(): Obstacles {
  const accounts = useLostAccounts();
  const { isSettled } = useLostPosts();
  const holdings = useHoldings();
  const isReady = useRef(false);
  isReady.current ||= isSettled && holdings !== null;
  return isReady.current ? { accounts, holdings: holdings ?? NONE } : { accounts: NONE, holdings: NONE };
}
