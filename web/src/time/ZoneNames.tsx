import { zoneNames } from "./format";

/**
 * The short name and the distance of a zone from UTC, except that of UTC. A list of zones calculates it only for the items
 * that it shows.
 */
export function ZoneNames({ zone, at = new Date().toISOString() }: { zone: string; at?: string | undefined }) {
  return zoneNames(at, zone);
}
