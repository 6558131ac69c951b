// @vitest-environment happy-dom
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useTogether } from "./useObstacles";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const known = vi.hoisted(() => ({ isSettled: false, holdings: null as [] | null }));
vi.mock("../api/lost", () => ({ useLostAccounts: () => [], useLostPosts: () => ({ isSettled: known.isSettled }) }));
vi.mock("../post/held", () => ({ useHoldings: () => known.holdings }));

let root: Root;
let isShown: boolean;

function View({ areLoaded }: { areLoaded: boolean }) {
  isShown = useTogether(areLoaded);
  return null;
}

function draw(areLoaded: boolean) {
  act(() => root.render(<View areLoaded={areLoaded} />));
}

beforeEach(() => {
  Object.assign(known, { isSettled: false, holdings: null });
  vi.useFakeTimers();
  root = createRoot(document.createElement("div"));
});

afterEach(() => {
  act(() => root.unmount());
  vi.useRealTimers();
});

describe("the posts of a view", () => {
  it("are shown together with the banner, when lost accounts and pauses are known", () => {
    draw(true);
    expect(isShown).toBe(false);

    known.isSettled = true;
    draw(true);
    expect(isShown).toBe(false);

    known.holdings = [];
    draw(true);
    expect(isShown).toBe(true);
  });

  it("wait at most a second for the banner", () => {
    draw(false);
    act(() => vi.advanceTimersByTime(5000));
    draw(true);
    act(() => vi.advanceTimersByTime(999));
    expect(isShown).toBe(false);

    act(() => vi.advanceTimersByTime(1));
    expect(isShown).toBe(true);
  });
});
