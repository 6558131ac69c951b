/** The texts of the settings. */
export const SETTINGS = {
  title: "Settings",
  browser: "This browser",
  theme: "Theme",
  themes: { system: "Same as the system", light: "Light", dark: "Dark" },
  shortcuts: "Keyboard shortcuts",
  shortcutsHint: (canWrite: boolean) =>
    `Single keys: ${canWrite ? "N writes a post, and " : ""}T shows today. M, W, D and A change the view; J and K change the period. / searches. ${
      canWrite ? "Space lifts a post, and “.” asks for its new time. " : ""
    }In the calendar, ? shows all keys.`,
  owner: "All posts",
  timezone: "Time zone of posts from programs",
  timezoneHint:
    "It applies to posts that are written through the API without a time zone. The composer uses your time zone.",
  requireApproval: "Every post needs an approval",
  spacing: "Minutes between two posts on an account",
  spacingHint: "A post that is closer to another post gets a warning. 0 turns the warning off.",
  answer: (isOn: boolean) => (isOn ? "Yes" : "No"),
  mayRead: "You may read these settings, but not change them. Ask your administrator for another role.",
  approversOnly: "Only an approver or an admin can change this.",
  save: "Save",
  person: "You",
  workspace: "Posts of",
  roles: (names: readonly string[]) => `${names.length === 1 ? "role" : "roles"}: ${names.join(", ")}`,
} as const;
