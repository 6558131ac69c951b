/** Return a text as one line of at most `max` characters. A longer text ends after a word, with an ellipsis. */
export function shortened(text: string, max: number): string {
  const line = text.trim().replace(/\s+/gu, " ");
  const characters = [...line];
  if (characters.length <= max) return line;
  const beginning = characters.slice(0, max).join("");
  // Some scripts do not separate words with spaces.
  return `${characters[max] === " " ? beginning : beginning.replace(/ \S*$/u, "")}…`;
}
