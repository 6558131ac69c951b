import { useEffect, useState } from "react";
import { SHELL } from "../strings/shell";
import { timeOf } from "../time/format";
import { useZone } from "../time/zone";
import { Icon } from "../ui/Icon";
import styles from "./OfflineBar.module.css";

/** Says that the browser is offline, and since when the page shows no changes. It stays in view above the header. */
export function OfflineBar() {
  const { zone } = useZone();
  const [since, setSince] = useState(() => (navigator.onLine ? null : new Date()));
  useEffect(() => {
    const leave = () => setSince(new Date());
    const come = () => setSince(null);
    window.addEventListener("offline", leave);
    window.addEventListener("online", come);
    return () => {
      window.removeEventListener("offline", leave);
      window.removeEventListener("online", come);
    };
  }, []);
  return (
    <div role="status" className={styles.place} ref={keepBelow}>
      {since && (
        <p className={styles.bar}>
          <Icon name="off" />
          {SHELL.offlineSince(timeOf(since, zone))}
        </p>
      )}
    </div>
  );
}

/** Tell the style sheets how high the bar is, so that the other parts that stay in view are below it. */
function keepBelow(bar: HTMLElement | null) {
  if (!bar) return;
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => style.setProperty("--offline", `${bar.offsetHeight}px`));
  observer.observe(bar);
  return () => {
    observer.disconnect();
    style.removeProperty("--offline");
  };
}
