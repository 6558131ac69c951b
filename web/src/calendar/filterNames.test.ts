import { expect, it } from "vitest";
import type { PlatformRules } from "../api/platforms";
import type { Connection, Platform } from "../api/types";
import { setPlatforms } from "../strings/platforms";
import { filterNames } from "./filterNames";
import type { ChosenFilter } from "./stateFilter";

setPlatforms({ bluesky: { name: "Bluesky" } } as Record<Platform, PlatformRules>);
const connections = [{ id: "c1", handle: "tidemark.example" }] as Connection[];

it.each<[ChosenFilter, string[]]>([
  [{}, []],
  [{ q: "coffee" }, []],
  [{ platform: "bluesky", status: "scheduled", q: "coffee" }, ["Bluesky", "Scheduled"]],
  [{ connectionId: "c1", campaign: "Spring" }, ["tidemark.example", "Spring"]],
  [{ connectionId: "gone" }, ["Account"]],
  [{ status: "draft,scheduled", approvalStatus: "rejected" }, ["Rejected"]],
  [{ only: "attention" }, ["Needs attention"]],
  [{ status: "draft" }, ["State"]],
])("the filter %j has the names %j", (filter, expected) => {
  expect(filterNames(filter, connections)).toEqual(expected);
});
