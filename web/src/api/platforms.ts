import { useQuery } from "@tanstack/react-query";
import type { CountingRule } from "../composer/counting";
import type { Replies } from "../composer/draft";
import { api, body } from "./client";
import type { Platform } from "./types";

/** The part of JSON Schema that describes options. */
export interface OptionSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: (string | number | boolean)[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  /** The list of `connections/options` from which the value is chosen. */
  "x-choices"?: string;
}

export interface PlatformRules {
  name: string;
  connectedBy: "credentials" | "consent";
  /** What happens to a post for this platform if no account is connected. */
  unconnected: "sandbox" | "reject";
  text: CountingRule[];
  replies: Replies;
  media: { required: boolean; maxItems: number; maxImages: number; maxVideos: number; mixed: boolean };
  maxAltCharacters: number | null;
  options: { properties: Record<string, OptionSchema>; required?: string[] };
}

/** Return the rules of each platform. They change only with a deployment. */
export function usePlatforms() {
  return useQuery({
    queryKey: ["platforms"],
    queryFn: (): Promise<{ platforms: Record<Platform, PlatformRules> }> => body(api.GET("/api/social/platforms")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
