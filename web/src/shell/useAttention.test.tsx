// @vitest-environment happy-dom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";
import { useAttention } from "./useAttention";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const lost = vi.hoisted(() => ({ isCounted: false, accounts: [] as object[] }));
vi.mock("../api/connections", async (original) => ({
  ...(await original<object>()),
  useConnections: () => ({ data: { connections: [{ health: "reconnect_required" }, { health: "ok" }] } }),
}));
vi.mock("../api/lost", () => ({
  useLostAccounts: () => lost.accounts,
  useLostPosts: () => ({ isCounted: lost.isCounted, posts: [] }),
}));
vi.mock("../api/posts", async (original) => ({ ...(await original<object>()), useFirstPosts: () => ({}) }));
vi.mock("../post/held", () => ({ useHeldPosts: () => ({ posts: [], isCounted: false }) }));
vi.mock("../session/Session", () => ({ useMe: () => ({ scopes: [] }) }));

it("counts no accounts until the missing ones are known", () => {
  let shown: number | undefined;
  const View = () => {
    shown = useAttention().connections;
    return null;
  };
  const root = createRoot(document.createElement("div"));
  act(() => root.render(<View />));
  expect(shown).toBe(0);

  Object.assign(lost, { isCounted: true, accounts: [{ connection: { health: "gone" } }] });
  act(() => root.render(<View key="counted" />));
  expect(shown).toBe(2);
  act(() => root.unmount());
});
