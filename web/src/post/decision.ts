/** The id of the heading of the decision about a post. */
export const DECISION = "approval";

/** Return the address of the decision about a post. */
export const decisionAddress = (postId: string) => `/posts/${postId}#${DECISION}`;

/**
 * Scroll to the decision about a post and give it the focus. As much as possible of the content above it stays in view,
 * because a person reads it first.
 */
export function showDecision(): void {
  const heading = document.getElementById(DECISION);
  heading?.closest("section")?.scrollIntoView({ block: "nearest" });
  heading?.focus({ preventScroll: true });
}
