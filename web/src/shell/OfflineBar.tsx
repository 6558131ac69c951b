import { useEffect, useState } from "react";
import { SHELL } from "../strings/shell";
import { timeOf } from "../time/format";
import { useZone } from "../time/zone";
import { Icon } from "../ui/Icon";
import styles from "./OfflineBar.module.css";

/** Says that the browser is offline, and since when the page shows no changes. */
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
    <div role="status">
      {since && (
        <p className={styles.bar}>
          <Icon name="off" />
          {SHELL.offlineSince(timeOf(since, zone))}
        </p>
      )}
    </div>
  );
}
