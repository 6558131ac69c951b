import type { OptionSchema } from "../api/platforms";
import type { Platform } from "../api/types";
import { COMPOSER } from "../strings/composer";
import { asDefault, DEFAULT_VALUES, NO_CHOICE, OPTION_VALUES, OPTIONS, type OptionText } from "../strings/options";

/** Return the texts of a platform's option. */
export function optionText(platform: Platform, name: string, schema: OptionSchema = {}): OptionText {
  const known = OPTIONS[`${platform}.${name}`] ?? OPTIONS[name];
  if (known) return known;
  const label = schema.title ?? inWords(name);
  return schema.description === undefined ? { label } : { label, hint: schema.description };
}

/** Return the name of a value of an option. */
export function valueText(name: string, value: string): string {
  return OPTION_VALUES[`${name}.${value}`] ?? inWords(value);
}

/** Return what happens without a choice: the default value, in words, if there is one. */
export function noChoiceText(platform: Platform, name: string): string {
  const key = `${platform}.${name}`;
  const value = DEFAULT_VALUES[key];
  return value === undefined ? (NO_CHOICE[key] ?? COMPOSER.noChoice) : asDefault(valueText(name, value));
}

/** Return a number of an option as people enter it. */
export function shownNumber(value: number, { scale = 1, first = 0 }: OptionText): number {
  return value / scale + first;
}

/**
 * Return the number of an option for a text that a person has entered, or the text unchanged if it is not a number, so
 * that the server's message explains the problem.
 */
export function writtenNumber(written: string, { scale = 1, first = 0 }: OptionText): number | string {
  const number = Number(written.replace(",", "."));
  if (Number.isNaN(number)) return written;
  // A product such as 1.1 × 1000 is not exact.
  return scale === 1 ? number - first : Math.round((number - first) * scale);
}

/** Return the number in an address that a person has pasted, or any other text unchanged. */
export function numberInAddress(written: string): string {
  const text = written.trim();
  if (!text.includes("/")) return text;
  const numbers = (text.split(/[?#]/)[0] ?? "").split("/").flatMap((part) => /\d{5,}$/.exec(part)?.[0] ?? []);
  return numbers.at(-1) ?? text;
}

/** Return a name of the API in words: `Share to feed` for `shareToFeed`, `Cover URL` for `coverUrl`. */
function inWords(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase()
    .replace(/ id$/, "")
    .replace(/ ms$/, "")
    .replace(/\burl\b/, "URL")
    .replace(/\bai\b/, "AI");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
