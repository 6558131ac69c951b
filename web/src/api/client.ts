import createClient, { type Middleware } from "openapi-fetch";
import { apiBase } from "../base";
import { headersOf, type Identity } from "../session/identity";
import type { components, paths } from "./schema";

/** One problem of a request: the field, what is wrong with it, and the allowed value. */
export interface Detail {
  field: string;
  message: string;
  platform?: string | null;
  given?: unknown;
  allowed?: unknown;
}

/** An error response of the API: a sentence for people, a code for programs, and the problems one by one. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly details: readonly Detail[],
    readonly requestId: string | null,
    /** The checks of `queue/health`, if one of them failed. */
    readonly checks?: components["schemas"]["Checks"],
  ) {
    super(message);
    this.name = "ApiError";
  }
}

let identity: Identity | null = null;
let onUnauthenticated: () => void = () => {};
/** How far the server's clock is ahead of this device's, in milliseconds, as far as a response has said. */
let clockLead = 0;

/** Send all further calls as this person. `refused` is called when the API no longer accepts the identity. */
export function identifyAs(person: Identity, refused: () => void): void {
  identity = person;
  onUnauthenticated = refused;
}

const authenticate: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(identity ? headersOf(identity) : {})) request.headers.set(name, value);
    return request;
  },
  async onResponse({ response }) {
    const at = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(at)) clockLead = at - Date.now();
    if (response.ok) return;
    if (response.status === 401) onUnauthenticated();
    throw await errorOf(response);
  },
};

/** Return the present time of the server, because the clock of a device may be minutes wrong. */
export function serverTime(): string {
  return new Date(Date.now() + clockLead).toISOString();
}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    const body = await response.json();
    return new ApiError(
      body.error,
      response.status,
      body.code,
      body.details ?? [],
      body.requestId ?? null,
      body.checks,
    );
  } catch {
    return new ApiError(
      `The server returned an unexpected response (HTTP ${response.status}).`,
      response.status,
      "",
      [],
      null,
    );
  }
}

/** The client of the API. Each call returns the body of a successful response in `data`, or throws an `ApiError`. */
export const api = createClient<paths>({ baseUrl: apiBase });
api.use(authenticate);

/** Return the body of a response. openapi-fetch cannot know that the client throws on every error. */
export async function body<Data>(call: Promise<{ data?: Data }>): Promise<NonNullable<Data>> {
  const { data } = await call;
  if (data === undefined || data === null)
    throw new ApiError("The server returned an empty response.", 0, "", [], null);
  return data;
}
