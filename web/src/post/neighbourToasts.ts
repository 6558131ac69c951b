import type { Warning } from "../api/types";
import { closeMessages, toast } from "../ui/Toasts";
import { neighboursOf } from "./neighbours";

/** Return what the message about the neighbours of a post is about, so that a newer one replaces it. */
const aboutNeighbours = (postId: string) => `neighbours of ${postId}`;

/**
 * Show the first warning about another post that the API returned when a post was moved, with a link to that post. One
 * message is enough to look at the place, and does not cover a phone.
 */
export function toastNeighbours(movedId: string, warnings: readonly Warning[] | undefined, zone: string): void {
  const [first] = neighboursOf(warnings ?? [], zone);
  if (first) {
    const { message, postId } = first;
    toast({ face: "caution", text: message, about: aboutNeighbours(movedId), href: `/posts/${postId}` });
  }
}

/** Close the message about the neighbours of a post, because the post is moved back. */
export function closeNeighbours(movedId: string): void {
  closeMessages(aboutNeighbours(movedId), "caution");
}
