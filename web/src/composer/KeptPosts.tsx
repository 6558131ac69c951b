import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { COMPOSER } from "../strings/composer";
import { shortMomentOf } from "../time/format";
import { Button } from "../ui/Button";
import { ConfirmSheet } from "../ui/ConfirmSheet";
import { useNarrow } from "../ui/useNarrow";
import styles from "./KeptPosts.module.css";
import { firstTextOf, forgetUnsaved, type KeptPost, keptPosts, keyOfNew } from "./unsaved";

/** The number of posts that the page lists at once, and that a phone lists. */
const MAX_LISTED = 3;
const MAX_LISTED_NARROW = 1;

/** The other unsaved posts that are kept on this device. The person continues one of them, or discards it. */
export function KeptPosts({
  owner,
  id,
  zone,
  onContinue,
}: {
  owner: string;
  /** The id of this composer. */
  id: string;
  zone: string;
  onContinue: (kept: KeptPost) => void;
}) {
  const [posts, setPosts] = useState(() => keptPosts(owner));
  const isNarrow = useNarrow();
  const [areAllShown, setAllShown] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const [discarded, setDiscarded] = useState<KeptPost | null>(null);
  // Another tab may have saved one of them, or begun a new one.
  useEffect(() => {
    const read = () => setPosts(keptPosts(owner));
    window.addEventListener("storage", read);
    return () => window.removeEventListener("storage", read);
  }, [owner]);
  const others = posts.filter((each) => each.id !== id);
  if (others.length === 0) return null;
  const listed = areAllShown ? others : others.slice(0, isNarrow ? MAX_LISTED_NARROW : MAX_LISTED);
  return (
    <div className={styles.kept}>
      <h2 ref={heading} tabIndex={-1}>
        {COMPOSER.keptPosts(others.length)}
      </h2>
      <ul>
        {listed.map((kept) => (
          <li key={kept.id}>
            <span className={styles.text} dir="auto" id={`kept-${kept.id}`}>
              {excerptOf(kept)}
            </span>
            <span className="small faint">{shortMomentOf(kept.at, zone)}</span>
            <span className="row push">
              <Button isCompact aria-describedby={`kept-${kept.id}`} onPress={() => onContinue(kept)}>
                {COMPOSER.continueKept}
              </Button>
              <Button isCompact look="plain" aria-describedby={`kept-${kept.id}`} onPress={() => setDiscarded(kept)}>
                {COMPOSER.discardKept}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {listed.length < others.length && (
        <div>
          <Button isCompact look="plain" onPress={() => setAllShown(true)}>
            {COMPOSER.allKept(others.length)}
          </Button>
        </div>
      )}
      {discarded && (
        <ConfirmSheet
          title={COMPOSER.discardTitle}
          text={COMPOSER.discardText}
          action={COMPOSER.discardKept}
          look="danger"
          onConfirm={() => {
            forgetUnsaved(keyOfNew(owner, discarded.id));
            flushSync(() => {
              setPosts(keptPosts(owner));
              setDiscarded(null);
            });
            // The button that had the focus is gone.
            (heading.current ?? document.querySelector<HTMLElement>("#composer-text textarea"))?.focus();
          }}
          onClose={() => setDiscarded(null)}
        >
          <p className={styles.text} dir="auto">
            {excerptOf(discarded)}
          </p>
        </ConfirmSheet>
      )}
    </div>
  );
}

function excerptOf({ draft }: KeptPost): string {
  return firstTextOf(draft) || COMPOSER.keptMedia;
}
