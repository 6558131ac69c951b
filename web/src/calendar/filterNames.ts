import type { Destination } from "../api/destinations";
import { CALENDAR } from "../strings/calendar";
import { PLATFORMS } from "../strings/platforms";
import { type ChosenFilter, stateOf } from "./stateFilter";

/**
 * Return the names of the chosen filters, except the searched words, which their own field shows. The account has no name
 * until the connections are loaded.
 */
export function filterNames(
  filter: ChosenFilter,
  connections: readonly Pick<Destination, "id" | "handle">[],
): string[] {
  const { platform, connectionId, campaign, status, approvalStatus, only } = filter;
  const state = stateOf(filter);
  return [
    ...(platform ? [PLATFORMS[platform]?.name ?? platform] : []),
    ...(connectionId ? [connections.find(({ id }) => id === connectionId)?.handle ?? CALENDAR.account] : []),
    ...(state ? [CALENDAR.states[state]] : status || approvalStatus || only ? [CALENDAR.state] : []),
    ...(campaign ? [campaign] : []),
  ];
}
