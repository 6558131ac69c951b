/** The words of the settings. */
export const SETTINGS = {
  title: "Settings",
  browser: "This browser",
  theme: "Theme",
  themes: { system: "As the system", light: "Light", dark: "Dark" },
  shortcuts: "Single keys are shortcuts",
  shortcutsHint:
    "N writes a post, T shows today, M, W, D and A change the view, J and K the period, / searches. Space lifts a post, and “.” asks for its new time.",
  owner: "Everybody's posts",
  timezone: "Time zone of new posts",
  timezoneHint: "It is used by programs that name none. The page uses yours.",
  requireApproval: "Every post needs an approval",
  spacing: "Minutes between two posts on an account",
  spacingHint: "A post that is closer to another gets a warning. 0 gives none.",
  save: "Save",
  person: "You",
  worksFor: "works for",
} as const;
