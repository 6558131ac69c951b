// @vitest-environment happy-dom
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { MetricProblems } from "./MetricProblems";

const problem = {
  connectionId: "c",
  platform: "threads",
  subject: "publications",
  code: "scope_missing",
  reason: "Call the API.",
  since: "2026-06-01T09:00:00Z",
} as const;

it.each([
  [problem, "Posts are published, but metrics cannot be read: the permission is missing."],
  [
    { ...problem, subject: "account" },
    "Posts are published, but the followers cannot be counted: the permission is missing.",
  ],
  [
    { ...problem, code: "unavailable", reason: "Threads has an outage." },
    "Metrics could not be read on Mon 1 June, 09:00 UTC.Threads has an outage.",
  ],
])("a connection says why its metrics are missing (%#)", (each, text) => {
  const place = document.createElement("div");
  place.innerHTML = renderToStaticMarkup(<MetricProblems problems={[each]} />);
  expect(place.textContent).toBe(text);
});
