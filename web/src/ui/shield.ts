/** The time in which a second click belongs to the first: the usual limit of a double click. */
const MILLISECONDS = 500;

/**
 * Cover the page for a moment. A dialog that closes under a double click would pass the second click to the page behind
 * it. Keys still reach the page.
 */
export function shieldPage(): void {
  const shield = document.createElement("div");
  shield.dataset.shield = "";
  document.body.append(shield);
  setTimeout(() => shield.remove(), MILLISECONDS);
}
