import { ApiError, type Detail } from "../api/client";
import type { Validation } from "../api/saving";
import type { Platform } from "../api/types";
import { COMPOSER } from "../strings/composer";
import type { WallClock } from "../time/wallClock";
import type { Draft } from "./draft";

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
): ComposerProblem[] {
  const problems: ComposerProblem[] = [];
  if (draft.platforms.length === 0)
    problems.push({ section: "accounts", message: COMPOSER.chooseAccount, isMissing: true });
  if (!draft.words.content.trim()) problems.push({ section: "text", message: COMPOSER.writeText, isMissing: true });
  for (const platform of draft.platforms) {
    for (const { field, message } of validation?.platforms[platform]?.errors ?? []) {
      problems.push({ section: sectionOf(field), message, platform });
    }
  }
  if (clock.kind === "skipped") {
    problems.push({ section: "when", message: COMPOSER.skipped(draft.at.slice(11), draft.timezone) });
  } else if (clock.kind !== "empty" && clock.instant !== savedAt && Date.parse(clock.instant) < Date.now() - 60_000) {
    problems.push({ section: "when", message: COMPOSER.past });
  }
  return problems;
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
