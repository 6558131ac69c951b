import { plannerPath } from "../base";
import type { Config } from "./config";

type Oidc = Extract<Config, { authMode: "oidc" }>;

/** An access token, which is kept in memory only, and the time at which it expires in milliseconds. */
export interface Tokens {
  accessToken: string;
  expiresAt: number;
}

interface Pending {
  state: string;
  verifier: string;
  returnTo: string;
}

const KEY = "minutehand.sign-in";
const redirectUri = () => new URL(`${plannerPath}/`, location.href).href;

/**
 * Send the browser to the issuer, which asks the person to sign in and redirects back with a code.
 *
 * The flow is the authorization code flow with PKCE (RFC 7636). The verifier is kept in the storage of this tab.
 */
export async function beginSignIn(config: Oidc): Promise<never> {
  const { authorization_endpoint } = await discover(config);
  const pending: Pending = { state: random(), verifier: random(), returnTo: location.href };
  sessionStorage.setItem(KEY, JSON.stringify(pending));
  const url = new URL(authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: config.clientId,
    redirect_uri: redirectUri(),
    scope: "openid profile email",
    audience: config.audience,
    state: pending.state,
    code_challenge: await challengeOf(pending.verifier),
    code_challenge_method: "S256",
  }).toString();
  location.assign(url);
  return new Promise<never>(() => {});
}

/**
 * Exchange the code in the page's address for a token. Return `null` if the address has no code of a sign-in that began
 * in this tab. The code is removed from the address.
 */
export async function finishSignIn(config: Oidc): Promise<Tokens | null> {
  const query = new URLSearchParams(location.search);
  const stored = sessionStorage.getItem(KEY);
  if (!stored || !query.has("state")) return null;
  const pending: Pending = JSON.parse(stored);
  sessionStorage.removeItem(KEY);
  history.replaceState(null, "", pending.returnTo);
  if (query.get("state") !== pending.state) return null;
  const refusal = query.get("error");
  if (refusal) throw new SignInRefused(query.get("error_description") ?? refusal);
  const { token_endpoint } = await discover(config);
  const response = await fetch(token_endpoint, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: config.clientId,
      redirect_uri: redirectUri(),
      code: query.get("code") ?? "",
      code_verifier: pending.verifier,
    }),
  });
  const tokens = await response.json();
  if (!response.ok) throw new SignInRefused(tokens.error_description ?? tokens.error ?? `HTTP ${response.status}`);
  return { accessToken: tokens.access_token, expiresAt: Date.now() + (tokens.expires_in ?? 300) * 1000 };
}

/** The issuer refused the sign-in, with its reason. */
export class SignInRefused extends Error {}

async function discover(config: Oidc): Promise<{ authorization_endpoint: string; token_endpoint: string }> {
  const response = await fetch(`${config.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`The issuer's metadata: HTTP ${response.status}`);
  return response.json();
}

function random(): string {
  return encode(crypto.getRandomValues(new Uint8Array(32)));
}

async function challengeOf(verifier: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
