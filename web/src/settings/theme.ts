export type Theme = "system" | "light" | "dark";

const KEY = "minutehand.theme";

/** Return the chosen theme of this browser. */
export function theme(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

/** Choose a theme for this browser, and show it. */
export function setTheme(chosen: Theme): void {
  localStorage.setItem(KEY, chosen);
  showTheme();
}

/** Show the chosen theme. */
export function showTheme(): void {
  const chosen = theme();
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}
