import type { Platform } from "../api/types";
import { addressesIn, type CountingRule, GRAPHEMES, lengthOf } from "./counting";
import { type Draft, type Replies, textOf, withText, wordsFor } from "./draft";

const SENTENCES = new Intl.Segmenter("en", { granularity: "sentence" });
const WORDS = new Intl.Segmenter("en", { granularity: "word" });
/** How many characters after a border the segmenters need to see. */
const LOOKAHEAD = 200;
/** The API accepts the first part and 50 further parts. */
const MAX_PARTS = 51;

/** Return the index at which the part of a text that fits all rules ends: the length of the text if all of it fits. */
export function fittingEnd(text: string, rules: readonly CountingRule[]): number {
  const limits = rules.flatMap(({ limit }) => limit ?? []);
  const fits = (part: string) => rules.every((rule) => rule.limit === null || lengthOf(part, rule) <= rule.limit);
  // A text without shortened addresses fits only up to its limit, so the length of a very long text is never counted.
  let size = Math.min(text.length, ...limits);
  while (fits(text.slice(0, size))) {
    if (size >= text.length) return text.length;
    size = Math.max(1, size * 2);
  }
  const ends = [...GRAPHEMES.segment(text.slice(0, size))].map(({ index, segment }) => index + segment.length);
  let [fitting, tooMany] = [0, ends.length];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(text.slice(0, ends[middle - 1]))) fitting = middle;
    else tooMany = middle;
  }
  const end = ends[fitting - 1] ?? 0;
  // An address that counts with a fixed length does not fit in part.
  const cut = rules.some(({ urlLength }) => urlLength !== null) ? addressAt(text, end) : undefined;
  return cut?.start ?? end;
}

/** Return a text in parts that fit all rules. The parts end after a sentence, or else after a word. */
export function splitText(text: string, rules: readonly CountingRule[]): string[] {
  if (fittingEnd(text, rules) === text.length) return [text];
  const parts: string[] = [];
  let rest = text.trim();
  while (rest) {
    const end = fittingEnd(rest, rules);
    const border = end === 0 || end === rest.length ? rest.length : borderBefore(rest, end);
    parts.push(rest.slice(0, border).trimEnd());
    rest = rest.slice(border).trimStart();
  }
  return parts;
}

/**
 * Return the text for a platform with each part that is too long in several parts, or `null` if this is not needed or not
 * possible: the platform has no threads, or the API does not accept so many parts.
 */
export function splitFor(
  draft: Draft,
  platform: Platform,
  { replies, text }: { replies: Replies; text: readonly CountingRule[] },
) {
  const { content, parts } = wordsFor(draft, platform);
  const all = [content, ...parts];
  const isTooLong = (part: string) => fittingEnd(part, text) < part.length;
  if (replies !== "thread" || !all.some((part) => isTooLong(textOf(part)))) return null;
  // A very long text is not split while somebody writes it, only to find that it has too many parts.
  const most = Math.max(...text.map(({ limit }) => limit ?? 0)) * MAX_PARTS;
  if (all.some((part) => textOf(part).length > most)) return null;
  const [first = "", ...others] = all.flatMap((part) => {
    const [start = "", ...rest] = splitText(textOf(part), text);
    return [withText(part, start), ...rest];
  });
  const fit = ![first, ...others].some((part) => isTooLong(textOf(part)));
  return others.length < MAX_PARTS && fit ? { content: textOf(first), parts: others } : null;
}

/** Return the best index at which to end a part of a text that fits up to `end`. */
function borderBefore(text: string, end: number): number {
  // The spaces after a part are not sent.
  const after = end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0);
  const seen = text.slice(0, after + LOOKAHEAD);
  const isLong = (border: number) => border >= end / 2;
  const sentence = lastUpTo(after, starts(SENTENCES, seen));
  if (isLong(sentence)) return sentence;
  const word = lastUpTo(
    after,
    [...seen.matchAll(/\s+/g)].map(({ 0: { length }, index }) => index + length),
  );
  if (isLong(word)) return word;
  // Some languages have no spaces between words.
  const other = lastUpTo(
    end,
    starts(WORDS, seen).filter((border) => !addressAt(text, border)),
  );
  return isLong(other) ? other : word || other || end;
}

function starts(segmenter: Intl.Segmenter, text: string): number[] {
  return [...segmenter.segment(text)].map(({ index }) => index);
}

function lastUpTo(end: number, borders: readonly number[]): number {
  return Math.max(0, ...borders.filter((border) => border <= end));
}

function addressAt(text: string, index: number) {
  return addressesIn(text).find(({ start, end }) => start < index && index < end);
}
