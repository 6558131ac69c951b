import { today } from "@internationalized/date";
import type { PlatformRules } from "../api/platforms";
import type { Validation } from "../api/saving";
import type { Platform, Post } from "../api/types";
import { type Neighbour, neighboursOf } from "../post/neighbours";
import { COMPOSER } from "../strings/composer";
import { PLATFORMS } from "../strings/platforms";
import { dayOf } from "../time/format";
import { readWallClock, type WallClock } from "../time/wallClock";
import type { Intent } from "./actions";
import { lengthOf } from "./counting";
import { contentOf, type Draft, isWritten, textOf, wordsFor } from "./draft";
import { optionText } from "./optionText";

/** The control in which a problem can be fixed. */
interface Place {
  section: "accounts" | "text" | "media" | "options" | "when";
  /** The index of a part of the text, `firstComment`, the name of an option, `day` or `time`. */
  control: number | string | null;
}

/** A place on the page to which the bar at the bottom leads: a field, or the accounts without access. */
export interface ComposerPlace {
  section: Place["section"] | "access";
  platform?: Platform;
  /** The accounts without access have the step that solves the problem. */
  isRefused?: boolean;
}

/** A problem that prevents scheduling. */
export interface ComposerProblem extends Place {
  message: string;
  platform?: Platform;
  /** The id of the other post that the message is about. */
  postId?: string;
  /** Nothing is wrong yet: the person has not reached this field. */
  isMissing?: boolean;
  /** The API refuses the post, even as a draft. */
  isRefused?: boolean;
}

/** Return the problems to fix before the post can be scheduled. */
export function problemsOf(
  draft: Draft,
  validation: Validation | undefined,
  clock: WallClock,
  saved: Pick<Post, "scheduledAt"> | undefined,
  platforms: Record<Platform, PlatformRules>,
): ComposerProblem[] {
  const problems: ComposerProblem[] = [];
  if (draft.platforms.length === 0)
    problems.push({ section: "accounts", control: null, message: COMPOSER.chooseAccount, isMissing: true });
  if (!contentOf(draft).trim())
    problems.push({ section: "text", control: 0, message: COMPOSER.writeText, isMissing: true });
  for (const platform of draft.platforms) {
    const found = placed(validation?.platforms[platform]?.errors ?? [], draft, platform, platforms[platform]);
    // The server's count decides, but the count of this page is there at once.
    const length = found.some(({ section }) => section === "text")
      ? null
      : tooLong(draft, platform, platforms[platform]);
    problems.push(...found, ...(length ? [length] : []));
  }
  const problem = timeProblem(draft, clock, saved);
  if (problem) problems.push({ section: "when", ...problem });
  return problems;
}

/**
 * Return what a platform may refuse, the media that could not be checked, and the other posts that resemble this one.
 * None of it prevents scheduling.
 */
export function cautionsOf(
  draft: Draft,
  validation: Validation | undefined,
  platforms: Record<Platform, PlatformRules>,
): ComposerProblem[] {
  const refusals = draft.platforms.flatMap((platform) =>
    placed(validation?.platforms[platform]?.warnings ?? [], draft, platform, platforms[platform]),
  );
  const neighbours = neighboursOf(validation?.warnings ?? [], draft.timezone);
  return [...refusals, ...neighbours.map(({ kind, ...rest }) => ({ ...NEIGHBOUR_PLACES[kind], ...rest }))];
}

/** The fields that the warnings about other posts concern. */
const NEIGHBOUR_PLACES: Record<Neighbour["kind"], Place> = {
  same_content: { section: "text", control: 0 },
  close_to_another: { section: "when", control: "time" },
};

/** Return the issues of the API with their places on this page. */
function placed(
  issues: readonly { field: string; message: string }[],
  draft: Draft,
  platform: Platform,
  rules: PlatformRules,
): ComposerProblem[] {
  return issues.map(({ field, message }) => {
    const place = placeOf(field, message, draft, platform, rules);
    return {
      ...place,
      message: place.section === "options" ? plain(message, place, platform) : plainComment(message),
      platform,
    };
  });
}

/** Return whether a problem prevents an intent: a draft may have problems, and publishing now needs no time. */
export function prevents({ section, isRefused = false }: ComposerProblem, intent: Intent): boolean {
  return isRefused || intent === "schedule" || (intent === "now" && section !== "when");
}

/** Return the sentence about a problem, with the name of its platform. */
export function namedMessage({ message, platform }: ComposerProblem): string {
  const name = platform && PLATFORMS[platform].name;
  return name && !message.includes(name) ? `${name}: ${message}` : message;
}

function timeProblem(
  draft: Draft,
  clock: WallClock,
  saved: Pick<Post, "scheduledAt"> | undefined,
): Omit<ComposerProblem, "section"> | null {
  if (clock.kind === "empty")
    return {
      control: "day",
      message: saved?.scheduledAt ? COMPOSER.chooseDay : COMPOSER.chooseDayOrPublish,
      isMissing: true,
    };
  if (clock.kind === "skipped") return { control: "time", message: skippedSentence(draft, clock) };
  if (clock.instant === saved?.scheduledAt || Date.parse(clock.instant) >= Date.now() - 60_000) return null;
  const isEarlierDay = draft.at.slice(0, 10) < today(draft.timezone).toString();
  return { control: isEarlierDay ? "day" : "time", message: COMPOSER.past };
}

function skippedSentence({ at, timezone }: Draft, { after }: WallClock & { kind: "skipped" }): string {
  const next = readWallClock(after, timezone);
  const day = "instant" in next ? dayOf(next.instant, timezone) : at.slice(0, 10);
  return COMPOSER.skipped(at.slice(11), day, timezone.replaceAll("_", " "));
}

/** Return the problem of the first part of the post that is too long for a platform, or null. */
function tooLong(draft: Draft, platform: Platform, { name, replies, text }: PlatformRules): ComposerProblem | null {
  const [rule] = text;
  if (!rule?.limit) return null;
  const { content, parts } = wordsFor(draft, platform);
  for (const [control, part] of (replies === "thread" ? [content, ...parts] : [content]).entries()) {
    const length = lengthOf(textOf(part), rule);
    if (length > rule.limit) {
      const message = COMPOSER.tooLong(length, name, rule.limit, rule.unit === "weighted");
      return { section: "text", control, message, platform };
    }
  }
  return null;
}

/** Return the place of a problem that the API names with the path of a field. */
function placeOf(
  field: string,
  message: string,
  draft: Draft,
  platform: Platform,
  { options: { properties } }: PlatformRules,
): Place {
  if (/media|altTexts/.test(field)) return { section: "media", control: null };
  if (/firstComment/.test(field)) return { section: "text", control: "firstComment" };
  const [, position] = /thread\[(\d+)\]/.exec(field) ?? [];
  if (position) {
    // Empty parts are not sent.
    const sent = wordsFor(draft, platform).parts.flatMap((part, index) => (isWritten(part) ? [index + 1] : []));
    return { section: "text", control: sent[Number(position)] ?? 0 };
  }
  if (/^platformOptions\.\w+(\.(?!thread)|$)/.test(field)) {
    const name = field.split(".")[2] ?? OPTION.exec(message)?.[1] ?? "";
    return { section: "options", control: name in properties ? name : null };
  }
  if (/connectionIds|platforms/.test(field)) return { section: "accounts", control: null };
  if (/scheduledAt|timezone/.test(field)) return { section: "when", control: "time" };
  return { section: "text", control: 0 };
}

/** The name of the option with which a message about an option begins. */
const OPTION = /^(?:Part 1: )?(\w+)/;

/** Return a sentence with the names that its fields have on this page. */
function plainComment(message: string): string {
  return message.replace("Remove firstComment.", COMPOSER.removeComment);
}

/** Return a sentence about an option with the name that its field has on this page. */
function plain(message: string, { control }: Place, platform: Platform): string {
  const [start, name] = OPTION.exec(message) ?? [];
  if (!start || !name || name !== control) return message;
  const rest = message.slice(start.length);
  if (!rest.startsWith(" ")) return message;
  const { label, missing } = optionText(platform, name);
  if (!rest.startsWith(" is missing.")) return COMPOSER.optionWrong(label, rest);
  return missing ?? COMPOSER.optionMissing(label);
}
