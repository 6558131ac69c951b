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

/**
 * Return the items with the best matches first, each with a mark whether it matches. Equal matches keep their order. A few
 * letters find the words that begin with them.
 */
export function bestFirst<Item extends object>(
  items: readonly Item[],
  typed: string,
  nameOf: (item: Item) => string,
): (Item & { isFound: boolean })[] {
  return items
    .map((item) => ({ item, rank: rankOf(nameOf(item), typed) ?? Number.MAX_VALUE }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ item, rank }) => ({ ...item, isFound: rank < Number.MAX_VALUE }));
}

/**
 * Return whether an entry of a list of `bestFirst` is shown. The list gets its new order after it is filtered. So the
 * filter reads the mark, which comes with the new order: else the first match of the old order would get the focus.
 */
export function isFound(_name: string, _typed: string, { value }: { value: object | null }): boolean {
  return value !== null && "isFound" in value && value.isFound === true;
}
