import { useDestinations } from "../api/connections";
import { useEntriesIn } from "../api/entries";
import { useOwnerSettings } from "../api/settings";
import { COMPARED, type MoveNeighbour, moveNeighbours, periodsAround } from "./moveNeighbours";
import type { Move } from "./shift";

const NONE: ReadonlyMap<string, MoveNeighbour> = new Map();

/** Return the `moveNeighbours` of posts, or none while the posts around the new times are not known. */
export function useMoveNeighbours(moves: readonly Move[]): ReadonlyMap<string, MoveNeighbour> {
  const spacing = useOwnerSettings().data?.settings.spacingMinutes ?? 0;
  const destinations = useDestinations();
  const times = spacing > 0 ? moves.map(({ to }) => to) : [];
  const entries = useEntriesIn(periodsAround(times, spacing), COMPARED);
  return entries && destinations ? moveNeighbours(moves, entries, spacing, destinations) : NONE;
}
