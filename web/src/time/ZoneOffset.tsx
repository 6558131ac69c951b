import { offsetName } from "./format";

/** The distance of a zone from UTC, except that of UTC. A list of zones calculates it only for the items that it shows. */
export function ZoneOffset({ zone, at = new Date().toISOString() }: { zone: string; at?: string | undefined }) {
  return zone === "UTC" ? null : offsetName(at, zone);
}
