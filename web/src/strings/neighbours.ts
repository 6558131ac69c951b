const accountsOn = (platforms: readonly string[]) =>
  platforms.length === 1 ? `${platforms[0]} account` : `accounts on ${new Intl.ListFormat("en-GB").format(platforms)}`;

/** The warnings about other posts on the same accounts. */
export const NEIGHBOURS = {
  sameContent: (time: string, platforms: readonly string[]) =>
    `Another post, of ${time}, has the same text and goes to the same ${accountsOn(platforms)}.`,
  closeToAnother: (time: string, platforms: readonly string[]) =>
    `Another post, of ${time}, goes to the same ${accountsOn(platforms)}. Your settings ask for a longer interval between two posts.`,
} as const;
