import { expect, it } from "vitest";
import type { Connection } from "../api/types";
import { byNeed } from "./byNeed";

it("shows the accounts first that a person has to connect again", () => {
  const healths = ["ok", "failing", "expiring", "ok", "reconnect_required"] as Connection["health"][];
  const sorted = byNeed(healths.map((health, position) => ({ health, position })));
  expect(sorted.map(({ position }) => position)).toEqual([4, 2, 1, 0, 3]);
});
