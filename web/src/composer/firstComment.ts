import type { Platform } from "../api/types";
import { COMPOSER } from "../strings/composer";
import { namesOf } from "../strings/platforms";
import { type Draft, hasComment, type RepliesOf } from "./draft";

/** Return whether the page offers a first comment: a chosen platform gets it, or there is a text that none gets. */
export function offersComment(draft: Draft, repliesOf: RepliesOf): boolean {
  return (
    draft.platforms.some((platform) => hasComment(draft, platform, repliesOf(platform))) ||
    (draft.platforms.length > 0 && draft.firstComment.trim() !== "")
  );
}

/** Return the sentences that say on which of the chosen platforms the first comment is published, and why not on others. */
export function commentHint(draft: Draft, repliesOf: RepliesOf): string {
  const all = draft.platforms.filter((platform) => hasComment(draft, platform, repliesOf(platform)));
  const others = othersOf(draft, repliesOf);
  const under = all.filter((platform) => !others.includes(platform));
  const own = others.filter((platform) => draft.ownComments[platform]);
  const none = others.filter((platform) => !draft.ownComments[platform]);
  const without = draft.platforms.filter((platform) => repliesOf(platform) === "none");
  const threads = draft.platforms.filter((platform) => !all.includes(platform) && !without.includes(platform));
  return [
    under.length > 0 && COMPOSER.commentUnder(namesOf(under)),
    own.length > 0 && COMPOSER.keepsComment(namesOf(own), own.length > 1),
    none.length > 0 && COMPOSER.keepsNone(namesOf(none)),
    threads.length > 0 && COMPOSER.commentOrThread(namesOf(threads)),
    without.length > 0 && COMPOSER.noComments(namesOf(without)),
  ]
    .filter(Boolean)
    .join(" ");
}

/** Return the chosen platforms whose saved first comment is another one, or none. */
export function othersOf(draft: Draft, repliesOf: RepliesOf): Platform[] {
  return draft.platforms.filter(
    (platform) => draft.ownComments[platform] !== undefined && hasComment(draft, platform, repliesOf(platform)),
  );
}
