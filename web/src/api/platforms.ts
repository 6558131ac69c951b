import { useQuery } from "@tanstack/react-query";
import { setPlatforms } from "../strings/platforms";
import { api, body } from "./client";
import type { components } from "./schema";
import type { Platform } from "./types";

/** The part of JSON Schema that describes an option. */
export interface OptionSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: (string | number | boolean)[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  items?: { type?: string };
  /** The list of `connections/options` from which the value is chosen. */
  "x-choices"?: string;
}

export type PlatformRules = components["schemas"]["PlatformRules"];

/** Return the name, the appearance and the rules of each platform. They change only with a deployment. */
export function usePlatforms() {
  return useQuery({
    queryKey: ["platforms"],
    queryFn: async () => {
      const { platforms } = await body(api.GET("/api/social/platforms"));
      setPlatforms(platforms as Record<Platform, PlatformRules>);
      return platforms as Record<Platform, PlatformRules>;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
