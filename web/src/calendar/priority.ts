import type { Entry } from "../api/calendar";
import type { Face } from "../ui/Dial";
import { needsDecision } from "./attention";

/**
 * The states that a day names even where it hides their posts, by urgency. All except `held` need a person, and `held` only
 * if the post is late.
 */
export const NOTABLE = [
  "unknown",
  "failed",
  "partial",
  "lost",
  "rejected",
  "approval",
  "held",
] as const satisfies Face[];
export type Notable = (typeof NOTABLE)[number];

/** The numbers of posts in notable states, by urgency. */
export type StateCounts = readonly (readonly [Notable, number])[];

/**
 * Return the notable state of a post with the clock face `face`, or `null`. A decision about a post is notable only for a
 * person with the scopes that it needs.
 */
export function notableState(
  entry: Pick<Entry, "status" | "approvalStatus">,
  face: Face,
  scopes: readonly string[],
): Notable | null {
  const state = NOTABLE.find((each) => each === face) ?? null;
  return (state === "approval" || state === "rejected") && !needsDecision(entry, scopes) ? null : state;
}

/**
 * Split posts into at most `max` that are shown and the others that are hidden, each in the given order. Posts that need a
 * person are shown first, then held posts, then the others. Those that are published (`isOut`) come last.
 */
export function splitByNeed<Each>(
  posts: readonly Each[],
  max: number,
  stateOf: (post: Each) => Notable | null,
  isOut: (post: Each) => boolean = () => false,
): { shown: readonly Each[]; hidden: readonly Each[] } {
  if (posts.length <= max) return { shown: posts, hidden: [] };
  const ranked = posts.map((post) => ({ post, rank: rankOf(stateOf(post), isOut(post)) }));
  const first = new Set(
    ranked
      .toSorted((one, other) => one.rank - other.rank)
      .slice(0, max)
      .map(({ post }) => post),
  );
  return { shown: posts.filter((post) => first.has(post)), hidden: posts.filter((post) => !first.has(post)) };
}

function rankOf(state: Notable | null, isOut: boolean): number {
  if (state === null) return isOut ? 3 : 2;
  return state === "held" ? 1 : 0;
}

/** Return how many of the posts are in each notable state. */
export function countStates<Each>(posts: readonly Each[], stateOf: (post: Each) => Notable | null): StateCounts {
  const states = posts.map(stateOf);
  return NOTABLE.map((state) => [state, states.filter((each) => each === state).length] as const).filter(
    ([, count]) => count > 0,
  );
}
