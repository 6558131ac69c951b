// @vitest-environment happy-dom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";
import { Thumbnail } from "./Thumbnail";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

afterEach(() => vi.restoreAllMocks());

it("hides a picture that cannot be loaded, and loads it again online or from another address", () => {
  const onLine = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const place = document.createElement("div");
  const root = createRoot(place);
  const show = (source: string) => act(() => root.render(<Thumbnail source={source} className="picture" />));
  const fail = () => act(() => void place.querySelector("img")?.dispatchEvent(new Event("error")));
  show("/one.jpg");
  fail();
  expect(place.innerHTML).toBe("");

  onLine.mockReturnValue(true);
  act(() => void window.dispatchEvent(new Event("online")));
  expect(place.querySelector("img")?.getAttribute("src")).toBe("/one.jpg");

  fail();
  show("/two.jpg");
  expect(place.querySelector("img")?.getAttribute("src")).toBe("/two.jpg");
  act(() => root.unmount());
});
