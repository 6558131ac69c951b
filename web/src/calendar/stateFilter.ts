import type { CalendarFilter, Entry } from "../api/calendar";
import type { Destination } from "../api/destinations";
import type { CALENDAR } from "../strings/calendar";
import { needsPerson } from "./attention";

/** A choice of the filter State. */
export type StateChoice = keyof typeof CALENDAR.states;

/** The states for which the API has no filter. The calendar chooses their posts from those that the API returns. */
export type Only = "held" | "unknown" | "attention" | "lost";

/** The filters of the calendar's address. */
export type ChosenFilter = CalendarFilter & { only?: Only };

type StateQuery = Partial<Record<"status" | "approvalStatus" | "only", string>>;

const QUERIES: Record<StateChoice, StateQuery> = {
  attention: { only: "attention" },
  scheduled: { status: "scheduled" },
  lost: { only: "lost" },
  approval: { approvalStatus: "pending" },
  rejected: { status: "draft,scheduled", approvalStatus: "rejected" },
  queued: { status: "queued" },
  held: { status: "queued", only: "held" },
  published: { status: "published" },
  failed: { status: "failed" },
  unknown: { status: "failed", only: "unknown" },
  archived: { status: "archived" },
};

/** Return the changes of the address that choose a state, or all states. */
export function queryOfState(choice: StateChoice | null): Record<keyof Required<StateQuery>, string | null> {
  return { status: null, approvalStatus: null, only: null, ...(choice && QUERIES[choice]) };
}

/** Return the chosen state, or null for all states. */
export function stateOf(filter: ChosenFilter): StateChoice | null {
  const isSame = (choice: StateChoice) =>
    (["status", "approvalStatus", "only"] as const).every((name) => QUERIES[choice][name] === filter[name]);
  return (Object.keys(QUERIES) as StateChoice[]).find(isSame) ?? null;
}

/** Return the posts that the filter `only` keeps for a person with these scopes. */
export function keepOnly(
  entries: readonly Entry[],
  only: Only | undefined,
  scopes: readonly string[],
  now: Date,
  lostFor: (entry: Entry) => readonly Destination[] | null,
): Entry[] {
  return entries.filter((entry) => {
    if (only === "attention") return needsPerson(entry, scopes, now, lostFor(entry));
    if (only === "lost") return Boolean(lostFor(entry)?.length);
    return !only || entry.publicationStates.includes(only);
  });
}
