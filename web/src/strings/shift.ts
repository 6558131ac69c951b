/** The texts of the dialog that moves several posts. */
export const SHIFT = {
  title: "Move the chosen posts",
  explanation:
    "Each post moves by the same amount in its own time zone, so 09:30 stays 09:30 when the clocks change. A negative number moves posts to an earlier time.",
  days: "Days",
  minutes: "Minutes",
  move: "Move the posts",
} as const;
