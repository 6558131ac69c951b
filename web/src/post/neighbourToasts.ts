import type { Warning } from "../api/types";
import { toast } from "../ui/Toasts";
import { neighboursOf } from "./neighbours";

/** Show the warnings about other posts that the API returns with a saved post. Each leads to the other post. */
export function toastNeighbours(warnings: readonly Warning[] | undefined, zone: string): void {
  for (const { message, postId } of neighboursOf(warnings ?? [], zone))
    toast({ face: "caution", text: message, href: `/posts/${postId}` });
}
