import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { useLostPosts } from "../api/lost";
import { useMe } from "../session/Session";
import { ACCESS } from "../strings/access";
import { classes } from "../ui/classes";
import { Dial } from "../ui/Dial";
import { Icon } from "../ui/Icon";
import { useNarrow } from "../ui/useNarrow";
import { useBanner } from "./bannerPlace";
import { headerBottom } from "./header";
import styles from "./ObstacleLink.module.css";
import { obstacleNote, severestFace } from "./obstacleNote";
import { useObstacles } from "./useObstacles";

/** Says in a few words what the banner says, as long as this is scrolled out of view, and leads to it. */
export function ObstacleLink() {
  const { accounts, holdings } = useObstacles();
  const { posts, cutIds, isCounted } = useLostPosts();
  const { scopes } = useMe();
  const banner = useBanner();
  const isAbove = useAbove(banner);
  if (!banner || !isAbove) return null;
  const face = severestFace(accounts);
  const note = obstacleNote(
    accounts.length,
    posts.length,
    cutIds.length > 0 || !isCounted,
    scopes.includes("write"),
    holdings,
  );
  return (
    <Button
      className={classes(styles.link, `is-${face}`)}
      aria-label={ACCESS.showAbove(note)}
      onPress={() => show(banner)}
    >
      <Dial face={face} />
      <span className={styles.note}>{note}</span>
      <Icon name="down" />
    </Button>
  );
}

/** Return whether an element is above the part of the window in which the view scrolls. */
function useAbove(element: HTMLElement | null): boolean {
  const isNarrow = useNarrow();
  const [isAbove, setAbove] = useState(false);
  useEffect(() => {
    if (!element) return undefined;
    const begin = headerBottom();
    const observer = new IntersectionObserver(
      ([entry]) => entry && setAbove(!entry.isIntersecting && entry.boundingClientRect.bottom <= begin),
      { rootMargin: `${-begin}px 0px 0px` },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      setAbove(false);
    };
  }, [element, isNarrow]);
  return isAbove;
}

/** Scroll to the top, where the banner is, and give it the focus. */
function show(banner: HTMLElement) {
  banner.focus({ preventScroll: true });
  const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  window.scrollTo({ top: 0, behavior: isStill ? "instant" : "smooth" });
}
