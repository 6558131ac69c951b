/** A user of the local stack, which trusts the headers that a caller sends. */
export interface LocalUser {
  userId: string;
  ownerId: string;
  roles: string;
}

const KEY = "minutehand.local-user";

/** The users that the local stack offers. All of them work for the same owner, with different roles. */
export const LOCAL_USERS: readonly LocalUser[] = [
  { userId: "demo", ownerId: "demo", roles: "" },
  { userId: "approver", ownerId: "demo", roles: "approver" },
  { userId: "operator", ownerId: "demo", roles: "operator" },
  { userId: "admin", ownerId: "demo", roles: "admin" },
  { userId: "viewer", ownerId: "demo", roles: "viewer" },
];

/** Return the user that this browser chose before, or `null`. */
export function storedLocalUser(): LocalUser | null {
  const stored = localStorage.getItem(KEY);
  return stored ? JSON.parse(stored) : null;
}

/** Remember a user in this browser. */
export function rememberLocalUser(user: LocalUser): void {
  localStorage.setItem(KEY, JSON.stringify(user));
}

/** Forget the user, so that the next visit asks again. */
export function forgetLocalUser(): void {
  localStorage.removeItem(KEY);
}
