import type { ReactNode } from "react";
import { useLostPosts } from "../api/lost";
import { type Holding, useHeldPosts } from "../post/held";
import { keyOf } from "../post/pauses";
import { useMe } from "../session/Session";
import { ACCESS } from "../strings/access";
import { PAUSES } from "../strings/pauses";
import { POST } from "../strings/post";
import { shortMomentOf } from "../time/format";
import { useZone } from "../time/zone";
import { ButtonLink } from "../ui/Button";
import { classes } from "../ui/classes";
import { Dial, type Face } from "../ui/Dial";
import { Icon } from "../ui/Icon";
import { lostAccountSentence, ReconnectLink, shortLostAccountSentence } from "../ui/LostAccess";
import { PauseSubject } from "../ui/PauseSubject";
import { useNarrow } from "../ui/useNarrow";
import { setBanner } from "./bannerPlace";
import styles from "./ObstacleBanner.module.css";
import { faceOf, severestFace } from "./obstacleNote";
import { useObstacles } from "./useObstacles";

/** The maximum number of rows that are not folded where there is room for them. */
const MAX_ROWS = 2;

/**
 * Says once, above all posts, which accounts are lost and which pauses are in force, how many posts they concern, and what
 * to do. Many of them are one row, which unfolds. On a phone, a pause or a second account is enough for that.
 */
export function ObstacleBanner() {
  const { zone } = useZone();
  const { scopes } = useMe();
  const canWrite = scopes.includes("write");
  const canResume = scopes.includes("operate");
  const isNarrow = useNarrow();
  const { accounts, holdings } = useObstacles();
  const count = accounts.length + holdings.length;
  const isFolded = isNarrow ? accounts.length > 1 || holdings.length > 0 : count > MAX_ROWS;
  const isShort = isNarrow && !isFolded;
  const sentence = isShort ? shortLostAccountSentence : lostAccountSentence;
  if (count === 0) return null;
  const hasAccounts = accounts.length > 0;
  const face = severestFace(accounts);
  const rows = (
    <>
      {accounts.map((account) => (
        <div key={account.connection.id} className={classes(styles.account, `is-${faceOf(account)}`)}>
          <Dial face={faceOf(account)} />
          <p dir="auto">{sentence(account, zone)}</p>
          {canWrite && <ReconnectLink connection={account.connection} isShort={isShort} />}
        </div>
      ))}
      {hasAccounts && !canWrite && <p className={styles.ask}>{ACCESS.ask(accounts.length)}</p>}
      {holdings.map(({ pause, count: held, areMore }) => (
        <div key={keyOf(pause)} className={classes(styles.account, "is-held")}>
          <Dial face="held" />
          <p>
            <PauseSubject pause={pause} /> {PAUSES.since(shortMomentOf(pause.pausedAt, zone))}{" "}
            <bdi>“{pause.reason}”</bdi>.{held > 0 && ` ${PAUSES.held(held, areMore)}.`}
          </p>
          {canResume && (
            <ButtonLink href="/queue">
              <Icon name="queue" />
              {POST.showPauses(1)}
            </ButtonLink>
          )}
        </div>
      ))}
      {holdings.length > 0 && !canResume && <p className={styles.ask}>{POST.askOperator(holdings.length)}</p>}
    </>
  );
  const label = [...(hasAccounts ? [ACCESS.lostAccounts] : []), ...(holdings.length > 0 ? [PAUSES.pauses] : [])].join(
    ", ",
  );
  return (
    <section ref={setBanner} tabIndex={-1} className={classes(styles.banner, `is-${face}`)} aria-label={label}>
      {isFolded ? (
        <Folded face={face} accounts={accounts.length} holdings={holdings} canWrite={canWrite}>
          {rows}
        </Folded>
      ) : (
        rows
      )}
    </section>
  );
}

function Folded({
  face,
  accounts,
  holdings,
  canWrite,
  children,
}: {
  face: Face;
  accounts: number;
  holdings: readonly Holding[];
  canWrite: boolean;
  children: ReactNode;
}) {
  const { posts, cutIds, isCounted } = useLostPosts();
  const held = useHeldPosts();
  const [first, ...others] = holdings;
  const isCut = cutIds.length > 0 || !isCounted;
  return (
    <details className={styles.fold}>
      <summary>
        <Dial face={face} />
        <span>
          {accounts > 0 && ACCESS.severalLost(accounts, posts.length, isCut, canWrite)}
          {accounts > 0 && first && ". "}
          {others.length > 0 && PAUSES.several(holdings.length, held.posts.length, held.areMore)}
          {first && others.length === 0 && (
            <>
              <PauseSubject pause={first.pause} /> {PAUSES.isPaused}
              {first.count > 0 && `: ${PAUSES.held(first.count, first.areMore)}`}
            </>
          )}
        </span>{" "}
        <span className={styles.toggle}>
          <span className={styles.show}>{ACCESS.showAccounts}</span>
          <span className={styles.hide}>{ACCESS.hideAccounts}</span>
          <Icon name="down" />
        </span>
      </summary>
      {children}
    </details>
  );
}
