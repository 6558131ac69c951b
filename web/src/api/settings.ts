import { useQuery } from "@tanstack/react-query";
import { api, body } from "./client";

export interface OwnerSettings {
  timezone: string;
  requireApproval: boolean;
  spacingMinutes: number;
}

/** Load the settings of the owner. */
export function useOwnerSettings() {
  return useQuery({
    queryKey: ["settings"],
    queryFn: (): Promise<{ settings: OwnerSettings }> => body(api.GET("/api/social/settings")),
  });
}
