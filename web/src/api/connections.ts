import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { refusingPlatforms } from "../strings/platforms";
import { api, body } from "./client";
import { type Destination, destinationsOf } from "./destinations";
import type { Connection, OAuthPlatform, Warning } from "./types";

const AWAITED_MS = 3_000;

/**
 * Return all connections of the owner, and the accounts that were disconnected. Poll while an account is being connected
 * in another tab.
 */
export function useConnections(isAwaited = false) {
  return useQuery({
    queryKey: ["connections"],
    queryFn: () => body(api.GET("/api/social/connections")),
    refetchInterval: isAwaited ? AWAITED_MS : false,
    refetchOnWindowFocus: "always",
  });
}

/** Return all places to which a post may go, or cannot go any longer, or `null` before they are known. */
export function useDestinations(): readonly Destination[] | null {
  const { data } = useConnections();
  return useMemo(
    () => (data ? destinationsOf(data.connections, data.disconnected, refusingPlatforms()) : null),
    [data],
  );
}

/** Return whether a person has to connect the account again, now or within a few days. */
export function needsReconnection({ health }: Pick<Connection, "health">): boolean {
  return health === "reconnect_required" || health === "expiring";
}

function useConnectionChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => queries.invalidateQueries({ queryKey: ["connections"] }) });
}

/** Credentials for a platform without OAuth, in the names of the API. */
export type Credentials =
  | { platform: "bluesky"; identifier: string; appPassword: string; service?: string }
  | { platform: "mastodon"; instance: string; accessToken: string };

/** Connect an account with its credentials. */
export const useConnect = () =>
  useConnectionChange((credentials: Credentials) => body(api.POST("/api/social/connections", { body: credentials })));

/** The platform whose page is opened. On Mastodon, that is the page of an instance, the server of the account. */
export interface ConsentRequest {
  platform: OAuthPlatform;
  instance?: string;
}

/** Begin to connect an account on the platform's own page, and return the address of that page. */
export const useAuthorize = () =>
  useConnectionChange(
    (request: ConsentRequest): Promise<{ url: string }> =>
      body(api.POST("/api/social/connections/authorize", { body: request })),
  );

/** Make a connection the default connection of its platform. */
export const useMakeDefault = () =>
  useConnectionChange((connectionId: string) =>
    body(api.PATCH("/api/social/connections", { body: { connectionId, makeDefault: true } })),
  );

/** Remove a connection. The warnings say where access to the account remains. */
export const useDisconnect = () =>
  useConnectionChange(
    (connectionId: string): Promise<{ warnings?: Warning[] }> =>
      body(api.DELETE("/api/social/connections", { body: { connectionId } })),
  );
