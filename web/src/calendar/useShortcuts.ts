import { useEffect } from "react";

const KEY = "minutehand.shortcuts";

/** Return whether single keys are shortcuts (WCAG 2.1.4). A person can switch them off in the settings. */
export function areShortcutsOn(): boolean {
  return localStorage.getItem(KEY) !== "off";
}

/** Switch the shortcuts on or off in this browser. */
export function switchShortcuts(isOn: boolean): void {
  localStorage.setItem(KEY, isOn ? "on" : "off");
}

/** Run an action when a person presses its key outside of fields and dialogs, without a modifier. */
export function useShortcuts(actions: Record<string, () => void>, isEnabled: boolean): void {
  useEffect(() => {
    if (!isEnabled || !areShortcutsOn()) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]"))
        return;
      const action = actions[event.key.toLowerCase()];
      if (action) {
        event.preventDefault();
        action();
      }
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [actions, isEnabled]);
}
