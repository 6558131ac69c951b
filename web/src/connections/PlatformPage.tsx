import type { OAuthPlatform } from "../api/types";
import { CONNECTIONS } from "../strings/connections";
import { PLATFORMS } from "../strings/platforms";
import { ConsentForm } from "./ConsentForm";
import type { SameAccount } from "./sameAccount";

/** The button that opens the page of a platform, on which a person allows Minutehand to publish. */
export function PlatformPage({
  platform,
  same,
  onOpened,
}: {
  platform: OAuthPlatform;
  same: SameAccount | null;
  onOpened: () => void;
}) {
  const { name } = PLATFORMS[platform];
  return (
    <ConsentForm
      request={{ platform }}
      text={CONNECTIONS.onPage(name)}
      open={CONNECTIONS.openPage(name)}
      isComplete
      same={same}
      onOpened={onOpened}
    />
  );
}
