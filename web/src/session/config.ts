import { plannerPath } from "../base";

/** The way in which people sign in to this deployment. */
export type Config =
  | { authMode: "trusted-header" }
  | { authMode: "oidc"; issuer: string; clientId: string; audience: string };

/** Load the settings of this deployment from the server. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch(`${plannerPath}/config.json`);
  if (!response.ok) throw new Error(`config.json: HTTP ${response.status}`);
  return response.json();
}
