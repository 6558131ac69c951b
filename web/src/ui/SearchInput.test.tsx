// @vitest-environment happy-dom
import { act, useState } from "react";
import { I18nProvider, SearchField } from "react-aria-components";
import { createRoot } from "react-dom/client";
import { expect, it } from "vitest";
import { SearchInput } from "./SearchInput";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

function Search() {
  const [words, setWords] = useState("tea");
  return (
    <I18nProvider locale="en-GB">
      <SearchField aria-label="Search posts" value={words} onChange={setWords}>
        <SearchInput isEmpty={words === ""} placeholder="Search posts" />
      </SearchField>
    </I18nProvider>
  );
}

it("a search with words has a button that clears it", async () => {
  const place = document.createElement("div");
  document.body.append(place);
  const root = createRoot(place);
  await act(async () => root.render(<Search />));
  const clear = document.querySelector("button");
  expect(clear?.getAttribute("aria-label")).toBe("Clear search");
  await act(async () => clear?.click());
  expect(document.querySelector("input")?.value).toBe("");
  expect(document.querySelector("button")).toBeNull();
  act(() => root.unmount());
  document.body.replaceChildren();
});
