/** The number of characters of a content that an entry of the calendar has. */
const MAX_CHARACTERS = 140;

/** Return the text of an entry, with an ellipsis if the API has cut it. */
export function excerptOf(text: string): string {
  return [...text].length < MAX_CHARACTERS ? text : `${text.trimEnd()}…`;
}
