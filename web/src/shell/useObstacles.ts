import { useEffect, useRef, useState } from "react";
import type { LostAccount } from "../api/access";
import { useLostAccounts, useLostPosts } from "../api/lost";
import { type Holding, useHoldings } from "../post/held";

const NONE: readonly never[] = [];
/** How many milliseconds loaded posts wait for the obstacles above them. */
const MAX_WAIT = 1000;

/** What prevents posts from being published at their times. */
export interface Obstacles {
  accounts: readonly LostAccount[];
  holdings: readonly Holding[];
  isReady: boolean;
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
  return isReady.current
    ? { accounts, holdings: holdings ?? NONE, isReady: true }
    : { accounts: NONE, holdings: NONE, isReady: false };
}

/**
 * Return whether a view may show its posts, so that the banner does not push them down under the finger: the obstacles
 * are known, or the posts have waited long enough for them.
 */
export function useTogether(areLoaded: boolean): boolean {
  const { isReady } = useObstacles();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!areLoaded || isReady) return undefined;
    const timer = setTimeout(() => setLate(true), MAX_WAIT);
    return () => clearTimeout(timer);
  }, [areLoaded, isReady]);
  return isReady || isLate;
}
