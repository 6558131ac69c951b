import type { Warning } from "../api/types";
import { COMPOSER } from "../strings/composer";
import { PLATFORMS } from "../strings/platforms";
import { momentOf } from "../time/format";
import type { ComposerProblem } from "./problems";

/** The warnings about other posts: their fields on this page and their sentences. */
const KINDS = [
  { kind: "same_content", section: "text", control: 0, sentence: COMPOSER.sameContent },
  { kind: "close_to_another", section: "when", control: "time", sentence: COMPOSER.closeToAnother },
] as const;

/**
 * Return the warnings about other posts on the same accounts, at the fields of this page that they concern. Each other
 * post is in one sentence with all its platforms: the API warns about each account. The times are in `zone`.
 */
export function neighbourCautions(warnings: readonly Warning[], zone: string): ComposerProblem[] {
  return KINDS.flatMap(({ kind, section, control, sentence }) => {
    const found = warnings.filter(({ code }) => code === kind);
    const others = new Map(
      found.flatMap(({ otherPost }) => (otherPost ? [[otherPost.postId, otherPost] as const] : [])),
    );
    return [...others.values()].map(({ postId, scheduledAt }) => {
      const names = found.flatMap(({ otherPost, platform }) =>
        platform && otherPost?.postId === postId ? [PLATFORMS[platform].name] : [],
      );
      return { section, control, message: sentence(momentOf(scheduledAt, zone), [...new Set(names)]), postId };
    });
  });
}
