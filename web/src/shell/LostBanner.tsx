import { useLostAccounts } from "../api/lost";
import { useMe } from "../session/Session";
import { ACCESS } from "../strings/access";
import { useZone } from "../time/zone";
import { Dial } from "../ui/Dial";
import { lostAccountSentence, ReconnectLink } from "../ui/LostAccess";
import styles from "./LostBanner.module.css";

/** Says once, above all posts, which accounts are lost, how many posts will fail on them, and what to do. */
export function LostBanner() {
  const { zone } = useZone();
  const canWrite = useMe().scopes.includes("write");
  const accounts = useLostAccounts();
  if (accounts.length === 0) return null;
  return (
    <section className={`${styles.banner} is-lost`} aria-label={ACCESS.lostAccounts}>
      {accounts.map((account) => (
        <div key={account.connection.id} className={styles.account}>
          <Dial face="lost" />
          <p dir="auto">{lostAccountSentence(account, zone)}</p>
          {canWrite && <ReconnectLink connection={account.connection} />}
        </div>
      ))}
      {!canWrite && <p className={styles.ask}>{ACCESS.ask(accounts.length)}</p>}
    </section>
  );
}
