import type { Destination } from "../api/destinations";
import type { Platform } from "../api/types";

/** Return an account for tests, whose id follows from its name unless `rest` has another one. */
export const samplePlace = (platform: Platform, handle: string, rest: Partial<Destination> = {}): Destination => ({
  id: `id of ${handle}`,
  platform,
  handle,
  health: "ok",
  expiresAt: null,
  isDefault: false,
  ...rest,
});
