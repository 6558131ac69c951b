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
  const under = draft.platforms.filter((platform) => hasComment(draft, platform, repliesOf(platform)));
  const without = draft.platforms.filter((platform) => repliesOf(platform) === "none");
  const threads = draft.platforms.filter((platform) => !under.includes(platform) && !without.includes(platform));
  return [
    under.length > 0 && COMPOSER.commentUnder(namesOf(under)),
    threads.length > 0 && COMPOSER.commentOrThread(namesOf(threads)),
    without.length > 0 && COMPOSER.noComments(namesOf(without)),
  ]
    .filter(Boolean)
    .join(" ");
}
