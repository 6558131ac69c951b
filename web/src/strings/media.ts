/** The texts about images and videos. */
export const MEDIA = {
  cannotBeShown: "This file cannot be shown here.",
} as const;
