import type { Choice } from "../ui/Field";

/** The languages that are offered. */
const TAGS =
  "af ar be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka ko lb lt lv mk ms mt " +
  "nb nl nn pl pt pt-BR ro ru sk sl sq sr sv sw ta te th tl tr uk ur vi zh zh-CN zh-TW";

const NAMES = new Intl.DisplayNames("en-GB", { type: "language" });

/** Return the languages by their English names, and the chosen one, even if it is not offered. */
export function languageChoices(chosen: string): Choice<string>[] {
  const tags = new Set([...TAGS.split(" "), chosen].filter(Boolean));
  return [...tags]
    .map((tag) => ({ value: tag, label: languageName(tag), note: tag }))
    .toSorted((one, other) => one.label.localeCompare(other.label, "en"));
}

/** Return the chosen languages. A value of another kind, which only a client of the API can save, is shown as it is. */
export function languagesOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((tag) => tag !== undefined && tag !== null).map(String);
}

function languageName(tag: string): string {
  try {
    return NAMES.of(tag) ?? tag;
  } catch {
    return tag; // not a language
  }
}
