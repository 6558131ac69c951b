/** The texts of the dialog that moves several posts. */
export const SHIFT = {
  title: (count: number) => (count === 1 ? "Move this post" : `Move ${count} posts`),
  explanation: "Each post moves by the same amount in its own time zone, so 09:30 stays 09:30 when the clocks change.",
  direction: "Direction",
  later: "Later",
  earlier: "Earlier",
  days: "Days",
  hours: "Hours",
  minutes: "Minutes",
  result: (from: string, to: string) => `First post: ${from} → ${to}`,
  approved: (approved: number, all: number, canApprove: boolean) =>
    `${all === 1 ? "It is" : approved === all ? "All are" : `${approved} of them ${approved === 1 ? "is" : "are"}`} approved. After the move, ${
      approved === 1 ? "it needs" : "they need"
    } approval again.${canApprove ? " You can give it then." : ""}`,
  skipped: "The clocks skip its new time. Choose another number of hours.",
  past: "It would move into the past.",
  allPast: "A post cannot be moved into the past. Choose a later time.",
  move: (count: number) => (count === 1 ? "Move the post" : `Move ${count} posts`),
} as const;
