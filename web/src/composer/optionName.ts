/**
 * Return the name of an option, or of one of its values, in words: `Share to feed` for `shareToFeed`, `Cover URL` for
 * `coverUrl`, `Board` for `boardId`.
 */
export function optionName(name: string): string {
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
