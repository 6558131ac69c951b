import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { refusingPlatforms } from "../strings/platforms";
import { api, body } from "./client";
import { type Destination, type Disconnected, destinationsOf, disconnectedIn } from "./destinations";
import type { components } from "./schema";
import type { Connection, OAuthPlatform, Warning } from "./types";

const AWAITED_MS = 3_000;

/** Return all connections of the owner. Poll while an account is being connected in another tab. */
export function useConnections(isAwaited = false) {
  return useQuery({
    queryKey: ["connections"],
    queryFn: (): Promise<{ connections: Connection[] }> => body(api.GET("/api/social/connections")),
    refetchInterval: isAwaited ? AWAITED_MS : false,
    refetchOnWindowFocus: "always",
  });
}

const MAX_EVENT_PAGES = 10;

/** Return the accounts that were disconnected, as long as Minutehand keeps the events. */
function useDisconnected() {
  return useQuery({
    queryKey: ["connections", "disconnected"],
    queryFn: async (): Promise<Disconnected[]> => {
      const events: components["schemas"]["Event"][] = [];
      let after: string | undefined;
      for (let page = 0; page < MAX_EVENT_PAGES; page += 1) {
        const query = { types: ["connection.disconnected" as const], take: 100, ...(after ? { after } : {}) };
        const found = await body(api.GET("/api/social/events", { params: { query } }));
        events.push(...found.events);
        if (!found.pagination.hasMore) break;
        after = found.pagination.nextCursor;
      }
      return disconnectedIn(events);
    },
  });
}

/**
 * Return all places to which a post may go, or cannot go any longer, or `null` before they are known. Without the events,
 * an account that was disconnected has no name.
 */
export function useDestinations(): readonly Destination[] | null {
  const connections = useConnections().data?.connections;
  const { data, isPending } = useDisconnected();
  return useMemo(
    () => (connections && !isPending ? destinationsOf(connections, data ?? [], refusingPlatforms()) : null),
    [connections, data, isPending],
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

/** Begin to connect an account on the platform's own page, and return the address of that page. */
export const useAuthorize = () =>
  useConnectionChange(
    (platform: OAuthPlatform): Promise<{ url: string }> =>
      body(api.POST("/api/social/connections/authorize", { body: { platform } })),
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
