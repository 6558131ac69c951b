import type { Platform } from "../api/types";
import { CONNECTIONS } from "../strings/connections";
import { allPlatforms, PLATFORMS } from "../strings/platforms";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Sheet } from "../ui/Sheet";
import { Tile } from "../ui/Tile";
import { BlueskyForm } from "./BlueskyForm";
import styles from "./Connections.module.css";
import { MastodonForm } from "./MastodonForm";
import { PlatformPage } from "./PlatformPage";
import type { SameAccount } from "./sameAccount";

/** The dialog that connects an account: first the platform, then its credentials or its own page. */
export function ConnectSheet({
  platform,
  account,
  onChoose,
  onOpened,
  onClose,
}: {
  platform: Platform | null;
  /** The account that is connected again, if it is known. */
  account: SameAccount | null;
  onChoose: (platform: Platform | "") => void;
  /** Called when the page of the platform has opened in another tab. */
  onOpened: () => void;
  onClose: () => void;
}) {
  if (!platform) {
    return (
      <Sheet title={CONNECTIONS.connect} isOpen onClose={onClose} isWide>
        <div className={styles.platforms}>
          {allPlatforms().map((each) => (
            <Button key={each} className={styles.platform} onPress={() => onChoose(each)}>
              <Tile platform={each} isBig />
              {PLATFORMS[each].name}
            </Button>
          ))}
        </div>
      </Sheet>
    );
  }
  const same = account?.platform === platform ? account : null;
  const onLeft = () => {
    onOpened();
    onClose();
  };
  return (
    <Sheet title={CONNECTIONS.connectTo(PLATFORMS[platform].name)} isOpen onClose={onClose}>
      {platform === "bluesky" && <BlueskyForm key={same?.id} same={same} onDone={onClose} />}
      {platform === "mastodon" && <MastodonForm key={same?.id} same={same} onOpened={onLeft} onDone={onClose} />}
      {platform !== "bluesky" && platform !== "mastodon" && (
        <PlatformPage platform={platform} same={same} onOpened={onLeft} />
      )}
      <div>
        <Button look="plain" isCompact onPress={() => onChoose("")}>
          <Icon name="prev" />
          {CONNECTIONS.otherPlatform}
        </Button>
      </div>
    </Sheet>
  );
}
