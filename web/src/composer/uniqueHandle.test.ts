import { expect, it } from "vitest";
import { isUnique } from "./uniqueHandle";

const connections = ["tidemark", "@Tidemark", "tidemark.example"].map((handle) => ({ handle }));

it("a handle is unique if no other account has it, apart from the sign and the case", () => {
  expect(connections.map((each) => isUnique(each, connections))).toEqual([false, false, true]);
});
