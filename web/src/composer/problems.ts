import { ApiError, type Detail } from "../api/client";
import type { PlatformRules } from "../api/platforms";
import type { Validation } from "../api/saving";
import type { Platform } from "../api/types";
import { COMPOSER } from "../strings/composer";
import type { WallClock } from "../time/wallClock";
import { lengthOf } from "./counting";
import { type Draft, wordsFor } from "./draft";
import { optionName } from "./optionName";

/** A problem that prevents scheduling, and the section of the page in which it can be fixed. */
export interface ComposerProblem {
  section: "accounts" | "text" | "media" | "options" | "when";
  message: string;
  platform?: Platform;
  /** Nothing is wrong yet: the person has not reached this field. */
  isMissing?: boolean;
}

/** Return the problems to fix before the post can be scheduled. */
export function problemsOf(
  draft: Draft,
  validation: Validation | undefined,
  clock: WallClock,
  savedAt: string | null,
  platforms: Record<Platform, PlatformRules>,
): ComposerProblem[] {
  const problems: ComposerProblem[] = [];
  if (draft.platforms.length === 0)
    problems.push({ section: "accounts", message: COMPOSER.chooseAccount, isMissing: true });
  if (!draft.words.content.trim()) problems.push({ section: "text", message: COMPOSER.writeText, isMissing: true });
  for (const platform of draft.platforms) {
    const found = (validation?.platforms[platform]?.errors ?? []).map(
      ({ field, message }): ComposerProblem => ({
        section: sectionOf(field),
        message: plain(message),
        platform,
      }),
    );
    // The server's count decides, but the count of this page is there at once.
    const length = found.some(({ section }) => section === "text")
      ? null
      : tooLong(draft, platform, platforms[platform]);
    problems.push(...found, ...(length ? [{ section: "text" as const, message: length, platform }] : []));
  }
  if (clock.kind === "skipped") {
    problems.push({ section: "when", message: COMPOSER.skipped(draft.at.slice(11), draft.timezone) });
  } else if (clock.kind !== "empty" && clock.instant !== savedAt && Date.parse(clock.instant) < Date.now() - 60_000) {
    problems.push({ section: "when", message: COMPOSER.past });
  }
  return problems;
}

/** Return the sentence about the first part of the post that is too long for a platform, or null. */
function tooLong(draft: Draft, platform: Platform, { name, replies, text }: PlatformRules): string | null {
  const [rule] = text;
  if (!rule?.limit) return null;
  const { content, parts } = wordsFor(draft, platform);
  for (const part of replies === "thread" ? [content, ...parts] : [content]) {
    const length = lengthOf(part, rule);
    if (length > rule.limit) return COMPOSER.tooLong(length, name, rule.limit, rule.unit === "weighted");
  }
  return null;
}

/** Return the sentence about a missing option with the name that its field has on this page. */
function plain(message: string): string {
  const [, name] = /^(\w+) is missing\./.exec(message) ?? [];
  return name ? COMPOSER.optionMissing(optionName(name)) : message;
}

function sectionOf(field: string): ComposerProblem["section"] {
  if (/mediaUrls|altTexts|media/.test(field)) return "media";
  if (/thread|firstComment|content/.test(field)) return "text";
  if (/platformOptions/.test(field)) return "options";
  if (/connectionIds|platforms/.test(field)) return "accounts";
  if (/scheduledAt|timezone/.test(field)) return "when";
  return "text";
}

/** Return the problems that the API named when it refused the post. */
export function detailsOf(error: unknown): readonly Detail[] {
  return error instanceof ApiError ? error.details : [];
}
