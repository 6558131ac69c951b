/** The rule by which a platform counts the length of a text, as `GET platforms` names it. */
export interface CountingRule {
  unit: "characters" | "graphemes" | "bytes" | "utf16" | "emoji_bytes" | "weighted";
  limit: number | null;
  /** The length as which every web address counts, or `null` if addresses count like other text. */
  urlLength: number | null;
}

/** Finds the characters that a reader sees: an emoji of several code points is one. */
export const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });
/** An address as X and Mastodon find it: in Latin letters, without the punctuation of the sentence around it. */
const URLS = /https?:\/\/(?:[!-'*-~\u00C0-\u024F]|\([!-'*-~]*\))+(?<![.,;:!?'"])/gi;
const EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\u{FE0F}|\p{Regional_Indicator}{2}|[0-9#*]\u{FE0F}?\u{20E3}/u;
/** An emoji as Threads counts it. */
const PICTOGRAPH = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\u{FE0F}|[0-9#*]\u{FE0F}?\u{20E3}/u;
/** The code points that X counts as one; all others count as two (configuration 3 of twitter-text). */
const LIGHT: readonly (readonly [number, number])[] = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
];

/**
 * Return the length of a text by a rule.
 *
 * The server's count decides (`posts/validate`). This count changes with every key press, and a table of test cases
 * checks that the two counts agree. Only the server knows addresses without `https://`, and the servers of mentions on
 * Mastodon.
 */
export function lengthOf(text: string, { unit, urlLength }: Pick<CountingRule, "unit" | "urlLength">): number {
  const plain = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  if (urlLength === null) return count(plain, unit);
  const urls = plain.match(URLS)?.length ?? 0;
  return count(plain.replace(URLS, ""), unit) + urls * urlLength;
}

/** Return the first index of each web address in a text that a rule with `urlLength` finds, and the index after it. */
export function addressesIn(text: string): { start: number; end: number }[] {
  return [...text.matchAll(URLS)].map(({ 0: { length }, index }) => ({ start: index, end: index + length }));
}

function count(text: string, unit: CountingRule["unit"]): number {
  switch (unit) {
    case "characters":
      return characters(text);
    case "graphemes":
      return [...GRAPHEMES.segment(text)].length;
    case "bytes":
      return bytes(text);
    case "utf16":
      return text.length;
    case "emoji_bytes":
      return [...GRAPHEMES.segment(text)].reduce(
        (sum, { segment }) => sum + (PICTOGRAPH.test(segment) ? bytes(segment) : characters(segment)),
        0,
      );
    case "weighted":
      return weigh(text);
  }
}

function characters(text: string): number {
  return [...text].length;
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function weigh(text: string): number {
  let weight = 0;
  for (const { segment } of GRAPHEMES.segment(text.normalize("NFC"))) {
    if (EMOJI.test(segment)) weight += 2;
    else for (const character of segment) weight += isLight(character.codePointAt(0) ?? 0) ? 1 : 2;
  }
  return weight;
}

function isLight(code: number): boolean {
  return LIGHT.some(([first, last]) => code >= first && code <= last);
}
