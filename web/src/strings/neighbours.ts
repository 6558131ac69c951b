const accountsOn = (platforms: readonly string[]) =>
  platforms.length === 1 ? `${platforms[0]} account` : `accounts on ${new Intl.ListFormat("en-GB").format(platforms)}`;

/** The warnings about other posts on the same accounts. */
export const NEIGHBOURS = {
  sameContent: (time: string, platforms: readonly string[]) =>
    `The post of ${time} has the same text and goes to the same ${accountsOn(platforms)}.`,
  closeToAnother: (time: string, platforms: readonly string[]) =>
    `The post of ${time} goes to the same ${accountsOn(platforms)} with a shorter interval than your settings ask for.`,
} as const;
