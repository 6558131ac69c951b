import { partOf } from "./posts";

/** The texts of the dialog that moves several posts. */
export const SHIFT = {
  title: (count: number, total: number) => `Move ${partOf(count, total)}`,
  explanation: "Each post moves by the same amount in its own time zone, so 09:30 stays 09:30 when the clocks change.",
  direction: "Direction",
  later: "Later",
  earlier: "Earlier",
  days: "Days",
  hours: "Hours",
  minutes: "Minutes",
  times: (from: string, to: string) => `${from} → ${to}`,
  /** The times of the only post that moves, of the `total` chosen ones. */
  result: (times: string, total: number) => `${total === 1 ? "New time" : "The post that moves"}: ${times}`,
  results: "The posts that move:",
  approved: (approved: number, all: number, canApprove: boolean) =>
    `${all === 1 ? "It is" : approved === all ? "All are" : `${approved} of them ${approved === 1 ? "is" : "are"}`} approved. After the move, ${
      approved === 1 ? "it needs" : "they need"
    } approval again.${canApprove ? " You can give it then." : ""}`,
  /** The caution about another post on the same accounts. `distance`: how much later or earlier it is, or null. */
  neighbour: (accounts: string, distance: string | null, isLater: boolean) =>
    `Another post goes to ${accounts} ${distance ? `only ${distance} ${isLater ? "later" : "earlier"}` : "at the same time"}.`,
  /** How many posts will fail at their new times, if some of them are not named. */
  failing: (count: number, all: number) => `${count === all ? "All" : `${count} of them`} will fail.`,
  /** How many posts have such a caution, if some of them are not named. */
  neighbours: (count: number, all: number) =>
    `${count === all ? "All" : `${count} of them`} would be close to another post on the same account.`,
  skipped: "The clocks skip its new time. Choose another number of hours.",
  past: "It would move into the past.",
  allPast: "A post cannot be moved into the past. Choose a later time.",
  move: (count: number, total: number) => `Move ${total === 1 ? "the post" : partOf(count, total)}`,
} as const;
