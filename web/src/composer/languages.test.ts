import { describe, expect, it } from "vitest";
import { languageChoices, languagesOf } from "./languages";

describe("the languages of a post", () => {
  const labelOf = (tag: string, chosen = "") => languageChoices(chosen).find(({ value }) => value === tag)?.label;

  it("are offered by their names, in the order of these", () => {
    expect([labelOf("de"), labelOf("pt-BR"), labelOf("uk")]).toEqual(["German", "Brazilian Portuguese", "Ukrainian"]);
    const labels = languageChoices("").map(({ label }) => label);
    expect(labels).toEqual(labels.toSorted((one, other) => one.localeCompare(other, "en")));
    expect(new Set(labels).size).toBe(labels.length);
  });

  it("include the saved one, even if it is not offered or is no language", () => {
    expect(labelOf("fy")).toBeUndefined();
    expect(labelOf("fy", "fy")).toBe("Western Frisian");
    expect(labelOf("not one", "not one")).toBe("not one");
  });

  it("are read from one value, a list or nothing", () => {
    expect([languagesOf("de"), languagesOf(["de", "en"]), languagesOf(undefined)]).toEqual([["de"], ["de", "en"], []]);
  });
});
