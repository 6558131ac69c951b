// @vitest-environment happy-dom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { emptyDraft } from "./draft";
import { keyOfNew, unsavedWork } from "./unsaved";
import { useUnsaved } from "./useUnsaved";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const KEY = keyOfNew("cafe", "a");
const begun = { version: null, base: null };
let root: Root;
let forget: () => void;

function Composer({ text }: { text: string }) {
  const draft = { ...emptyDraft("UTC"), words: { content: text, parts: [] } };
  ({ forget } = useUnsaved(KEY, draft, begun, true, true));
  return null;
}

function write(text: string) {
  act(() => root.render(<Composer text={text} />));
}

const kept = () => unsavedWork(KEY)?.draft.words.content;

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
  root = createRoot(document.createElement("div"));
});

afterEach(() => {
  act(() => root.unmount());
  vi.useRealTimers();
});

describe("unsaved work", () => {
  it("is kept after a pause of typing", () => {
    write("A");
    expect(kept()).toBeUndefined();
    act(() => vi.advanceTimersByTime(300));
    expect(kept()).toBe("A");
  });

  it("is kept when the composer or the page is closed before the pause ends", () => {
    write("A");
    act(() => void window.dispatchEvent(new Event("pagehide")));
    expect(kept()).toBe("A");
    write("AB");
    act(() => root.render(null));
    expect(kept()).toBe("AB");
  });

  it("is not kept again after it was forgotten", () => {
    write("A");
    act(() => forget());
    act(() => vi.advanceTimersByTime(300));
    act(() => root.render(null));
    expect(kept()).toBeUndefined();
  });

  it("is no longer kept when the text is removed", () => {
    write("A");
    act(() => vi.advanceTimersByTime(300));
    write(" ");
    act(() => vi.advanceTimersByTime(300));
    expect(kept()).toBeUndefined();
  });
});
