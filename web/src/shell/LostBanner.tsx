import type { ReactNode } from "react";
import { useLostAccounts, useLostPosts } from "../api/lost";
import { useMe } from "../session/Session";
import { ACCESS } from "../strings/access";
import { useZone } from "../time/zone";
import { Dial } from "../ui/Dial";
import { Icon } from "../ui/Icon";
import { lostAccountSentence, ReconnectLink, shortLostAccountSentence } from "../ui/LostAccess";
import { useNarrow } from "../ui/useNarrow";
import styles from "./LostBanner.module.css";

/**
 * Says once, above all posts, which accounts are lost, how many posts will fail on them, and what to do. On a phone, this
 * is one row, which unfolds if there are several accounts.
 */
export function LostBanner() {
  const { zone } = useZone();
  const canWrite = useMe().scopes.includes("write");
  const isNarrow = useNarrow();
  const accounts = useLostAccounts();
  const isShort = isNarrow && accounts.length === 1;
  const sentence = isShort ? shortLostAccountSentence : lostAccountSentence;
  if (accounts.length === 0) return null;
  const rows = (
    <>
      {accounts.map((account) => (
        <div key={account.connection.id} className={styles.account}>
          <Dial face="lost" />
          <p dir="auto">{sentence(account, zone)}</p>
          {canWrite && <ReconnectLink connection={account.connection} isShort={isShort} />}
        </div>
      ))}
      {!canWrite && <p className={styles.ask}>{ACCESS.ask(accounts.length)}</p>}
    </>
  );
  return (
    <section className={`${styles.banner} is-lost`} aria-label={ACCESS.lostAccounts}>
      {isNarrow && accounts.length > 1 ? (
        <Folded accounts={accounts.length} canWrite={canWrite}>
          {rows}
        </Folded>
      ) : (
        rows
      )}
    </section>
  );
}

function Folded({ accounts, canWrite, children }: { accounts: number; canWrite: boolean; children: ReactNode }) {
  const { posts, cutIds, isCounted } = useLostPosts();
  return (
    <details className={styles.fold}>
      <summary>
        <Dial face="lost" />
        <span dir="auto">{ACCESS.severalLost(accounts, posts.length, cutIds.length > 0 || !isCounted, canWrite)}</span>
        <span className={styles.show}>{ACCESS.showAccounts}</span>
        <span className={styles.hide}>{ACCESS.hideAccounts}</span>
        <Icon name="down" />
      </summary>
      {children}
    </details>
  );
}
