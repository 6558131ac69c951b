// @vitest-environment happy-dom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ZonePicker } from "../calendar/ZonePicker";
import { SelectField } from "./Field";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const NAMES = vi.hoisted(() => ["Africa/Sao Tome", "America/Toronto", "Asia/Tokyo", "Europe/Berlin"]);
const choose = vi.hoisted(() => vi.fn());
vi.mock("../time/zone", () => ({
  allZones: () => NAMES.map((name) => name.replaceAll(" ", "_")),
  useZone: () => ({ zone: "Europe/Berlin", setZone: choose }),
}));

let root: Root;

beforeEach(() => {
  choose.mockClear();
  const place = document.createElement("div");
  document.body.append(place);
  root = createRoot(place);
});

afterEach(() => {
  act(() => root.unmount());
  document.body.replaceChildren();
});

/** Type one more letter into the search, as a keyboard does it. */
async function type(input: HTMLInputElement, letter: string) {
  const event = { bubbles: true, inputType: "insertText", data: letter };
  await act(async () => {
    input.dispatchEvent(new InputEvent("beforeinput", event));
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, input.value + letter);
    input.dispatchEvent(new InputEvent("input", event));
  });
}

const SELECT = (
  <SelectField
    label="Place"
    searchLabel="Search places"
    choices={NAMES.map((label) => ({ value: label.replaceAll(" ", "_"), label }))}
    value="Europe/Berlin"
    onChange={choose}
  />
);

describe.each([
  ["the time zones", <ZonePicker key="zones" />],
  ["a field with a search", SELECT],
])("the search of %s", (_name, view) => {
  it("chooses the best match with the Enter key", async () => {
    await act(async () => root.render(view));
    await act(async () => document.querySelector("button")?.click());
    const input = document.querySelector("input[type=search]") as HTMLInputElement;
    await act(async () => input.focus());
    await type(input, "t");
    await type(input, "o");
    const options = [...document.querySelectorAll("[role=option]")];
    expect(options.map((option) => option.hasAttribute("data-focused"))).toEqual([true, false, false]);

    for (const kind of ["keydown", "keyup"]) {
      await act(async () => input.dispatchEvent(new KeyboardEvent(kind, { key: "Enter", bubbles: true })));
    }
    expect(choose).toHaveBeenCalledExactlyOnceWith("America/Toronto");
  });
});
