/** Return a text without differences of case and accents. */
const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Return how well a name such as "America/New York" matches what a person typed, or `null` if it does not: 0 if the last
 * step, the city, begins with it, 1 if the name does, 2 if another word does. A typed step or space can be anywhere.
 */
function rankOf(name: string, typed: string): number | null {
  const [whole, sought] = [plain(name), plain(typed.trim())];
  if (whole.slice(whole.lastIndexOf("/") + 1).startsWith(sought)) return 0;
  if (whole.startsWith(sought)) return 1;
  const isFound = /[/ ]/.test(sought)
    ? whole.includes(sought)
    : whole.split(/[/ ]/).some((word) => word.startsWith(sought));
  return isFound ? 2 : null;
}

/** Return whether a name matches what a person typed. A few letters find the words that begin with them. */
export function matchesName(name: string, typed: string): boolean {
  return rankOf(name, typed) !== null;
}

/** Return the items with the best matches first. Equal matches keep their order. */
export function bestFirst<Item>(
  items: readonly Item[],
  typed: string,
  nameOf: (item: Item) => string,
): readonly Item[] {
  if (!typed.trim()) return items;
  return items
    .map((item) => ({ item, rank: rankOf(nameOf(item), typed) ?? Number.POSITIVE_INFINITY }))
    .toSorted((one, other) => one.rank - other.rank || 0)
    .map(({ item }) => item);
}
