/** The person whose calls the page makes: an access token, or the local stack's trusted headers. */
export type Identity = { token: string } | { userId: string; ownerId: string; roles: string };

/** Return the headers that identify a person to the API. */
export function headersOf(identity: Identity): Record<string, string> {
  if ("token" in identity) return { authorization: `Bearer ${identity.token}` };
  const { userId, ownerId, roles } = identity;
  return { "x-user-id": userId, "x-owner-id": ownerId, ...(roles ? { "x-user-roles": roles } : {}) };
}
