// @vitest-environment happy-dom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SHELL } from "../strings/shell";
import { Skeleton } from "./Card";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

afterEach(() => vi.restoreAllMocks());

describe("a placeholder", () => {
  it("says offline that nothing is being loaded, and loads again online", () => {
    const onLine = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    const place = document.createElement("div");
    const root = createRoot(place);
    act(() => root.render(<Skeleton lines={2} label="Loading" />));
    expect(place.textContent).toBe(SHELL.notLoaded);

    onLine.mockReturnValue(true);
    act(() => void window.dispatchEvent(new Event("online")));
    expect(place.textContent).toBe("");
    expect(place.querySelector("[role=status]")?.getAttribute("aria-label")).toBe("Loading");
    act(() => root.unmount());
  });
});
