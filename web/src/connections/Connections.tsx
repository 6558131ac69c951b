import { useEffect, useRef, useState } from "react";
import { Link } from "react-aria-components";
import { useSearchParams } from "wouter";
import type { LostAccount } from "../api/access";
import { lacksPermission, useMetricProblems } from "../api/analytics";
import { needsReconnection, useConnections, useDisconnect, useMakeDefault } from "../api/connections";
import { isMissing } from "../api/destinations";
import { useLostAccounts, useLostPosts } from "../api/lost";
import { usePauses } from "../api/queue";
import type { Connection, Platform, Warning } from "../api/types";
import { readable } from "../post/failureReason";
import { keyOf, pausesOn } from "../post/pauses";
import { useMe } from "../session/Session";
import { Top } from "../shell/Top";
import { ACCESS } from "../strings/access";
import { ANALYTICS } from "../strings/analytics";
import { CONNECTIONS } from "../strings/connections";
import { LOADED } from "../strings/errors";
import { PAUSES } from "../strings/pauses";
import { PLATFORMS, platformAndDefault } from "../strings/platforms";
import { POST } from "../strings/post";
import { SHELL } from "../strings/shell";
import { dayOf } from "../time/format";
import { useZone } from "../time/zone";
import { Button, ButtonLink } from "../ui/Button";
import { Card, Empty, Skeleton } from "../ui/Card";
import type { Face } from "../ui/Dial";
import { Handle } from "../ui/Handle";
import { Icon } from "../ui/Icon";
import { connectAddress, failSentence } from "../ui/LostAccess";
import { MoreMenu } from "../ui/Menu";
import { Problem } from "../ui/Problem";
import { State } from "../ui/State";
import { Tile } from "../ui/Tile";
import { byNeed } from "./byNeed";
import styles from "./Connections.module.css";
import { ConnectSheet } from "./ConnectSheet";
import { DisconnectSheet, postsOf } from "./DisconnectSheet";
import { numberOf } from "./leaving";
import { MetricProblems } from "./MetricProblems";
import { SandboxCard } from "./SandboxCard";
import { sameAccount } from "./sameAccount";

const FACES: Record<Connection["health"], Face> = {
  ok: "published",
  expiring: "caution",
  failing: "unknown",
  reconnect_required: "failed",
};

/** The accounts to which posts can be published, with their health. */
export default function Connections() {
  const [query, setQuery] = useSearchParams();
  const [awaited, setAwaited] = useState<string | null>(null);
  const found = useConnections(awaited !== null);
  const present = found.data ? JSON.stringify(found.data.connections) : null;
  // The list has changed, so the account is connected.
  if (awaited !== null && present !== null && present !== awaited) setAwaited(null);
  useFocusAfterChange(present);
  const makeDefault = useMakeDefault();
  const disconnect = useDisconnect();
  const [leaving, setLeaving] = useState<Connection | null>(null);
  const [remains, setRemains] = useState<Warning[]>([]);
  const canWrite = useMe().scopes.includes("write");
  const problems = useMetricProblems(useZone().zone);
  // Without access, no post is published either, and the account says so.
  const problemsOf = ({ id, health }: Connection) =>
    health === "reconnect_required" ? [] : problems.filter(({ connectionId }) => connectionId === id);
  const wanted = query.get("connect");
  // A person who connects the account again must not delete the credential, because the new connection uses it.
  if (wanted !== null && remains.length > 0) setRemains([]);
  const open = (platform: Platform | "") => setQuery({ connect: platform });
  const reconnect = ({ platform, id }: Connection) => setQuery({ connect: platform, account: id });
  // The default connection matters only on a platform with several connections.
  const isOnly = ({ platform }: Connection) =>
    found.data?.connections.filter((each) => each.platform === platform).length === 1;
  const error = makeDefault.error ?? disconnect.error;

  return (
    <>
      <Top title={CONNECTIONS.title}>
        <span className="push" />
        {canWrite && (
          <Button look="primary" onPress={() => open("")}>
            <Icon name="plus" />
            {CONNECTIONS.connect}
          </Button>
        )}
      </Top>
      {error && <Problem error={error} />}
      {remains.length > 0 && (
        <div className={`${styles.remains} is-approval`} role="status">
          <p className="strong">{CONNECTIONS.remains}</p>
          {remains.map((warning) => (
            <p key={warning.code}>{warning.message}</p>
          ))}
        </div>
      )}
      {found.isPending && <Skeleton lines={6} label={SHELL.loading} />}
      {found.isError && <Problem what={LOADED.connections} error={found.error} onRetry={() => found.refetch()} />}
      <SharedPosts />
      <MissingAccounts canWrite={canWrite} />
      <SandboxCard />
      {found.isSuccess && (
        <Card label={CONNECTIONS.title}>
          {found.data.connections.length === 0 ? (
            <Empty title={CONNECTIONS.emptyTitle}>
              <p>{canWrite ? CONNECTIONS.emptyText : CONNECTIONS.emptyAsk}</p>
              {canWrite && <Button onPress={() => open("")}>{CONNECTIONS.connect}</Button>}
            </Empty>
          ) : (
            <ul className={styles.connections}>
              {byNeed(found.data.connections).map((connection) => (
                <li key={connection.id}>
                  <Tile platform={connection.platform} isBig />
                  <div className={styles.name}>
                    <Handle className="strong">{connection.handle}</Handle>
                    <span className="small faint">{platformAndDefault(connection, found.data.connections)}</span>
                  </div>
                  <div className={styles.health}>
                    <Health connection={connection} canWrite={canWrite} />
                    <MetricProblems problems={problemsOf(connection)} />
                  </div>
                  {!canWrite && needsReconnection(connection) && (
                    <p className={`small soft ${styles.ask}`}>{ACCESS.ask(1)}</p>
                  )}
                  {canWrite && (
                    <>
                      {needsReconnection(connection) && (
                        <Button className={styles.renew} onPress={() => reconnect(connection)}>
                          <Icon name="link" />
                          {CONNECTIONS.reconnect(PLATFORMS[connection.platform].name)}
                        </Button>
                      )}
                      {!needsReconnection(connection) && problemsOf(connection).some(lacksPermission) && (
                        <ButtonLink className={styles.renew} href={connectAddress(connection.platform, connection.id)}>
                          {ANALYTICS.grant}
                        </ButtonLink>
                      )}
                      <div className={styles.menu}>
                        <MoreMenu
                          label={CONNECTIONS.more(connection.handle)}
                          actions={[
                            ...(needsReconnection(connection)
                              ? []
                              : [
                                  {
                                    id: "reconnect",
                                    label: CONNECTIONS.reconnect(PLATFORMS[connection.platform].name),
                                    icon: "link" as const,
                                    onAction: () => reconnect(connection),
                                  },
                                ]),
                            ...(connection.isDefault || isOnly(connection)
                              ? []
                              : [
                                  {
                                    id: "default",
                                    label: CONNECTIONS.makeDefault,
                                    icon: "star" as const,
                                    onAction: () => makeDefault.mutate(connection.id),
                                  },
                                ]),
                            {
                              id: "leave",
                              label: CONNECTIONS.disconnect,
                              icon: "off",
                              onAction: () => setLeaving(connection),
                            },
                          ]}
                        />
                      </div>
                    </>
                  )}
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
      {wanted !== null && canWrite && (
        <ConnectSheet
          platform={wanted in PLATFORMS ? (wanted as Platform) : null}
          account={sameAccount(query.get("account"), found.data)}
          onChoose={open}
          onOpened={() => setAwaited(present)}
          onClose={() => setQuery({})}
        />
      )}
      {leaving && (
        <DisconnectSheet
          connection={leaving}
          connections={found.data?.connections ?? []}
          onConfirm={() => {
            disconnect.mutate(leaving.id, { onSuccess: ({ warnings }) => setRemains(warnings ?? []) });
            setLeaving(null);
          }}
          onClose={() => setLeaving(null)}
        />
      )}
    </>
  );
}

/** The milliseconds in which a dialog that closes gives the focus back to its button, if the button is still there. */
const FOCUS_RETURNS = 100;

/** Move the focus to the page if the element that had it has left with a row of the list. */
function useFocusAfterChange(present: string | null) {
  const shown = useRef(present);
  useEffect(() => {
    const isChange = shown.current !== null && shown.current !== present;
    shown.current = present;
    if (!isChange) return;
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) document.getElementById("main")?.focus();
    }, FOCUS_RETURNS);
    return () => clearTimeout(timer);
  }, [present]);
}

/** The accounts that are no longer connected, although posts go there. */
function MissingAccounts({ canWrite }: { canWrite: boolean }) {
  const { zone } = useZone();
  const accounts = useLostAccounts().filter(({ connection }) => isMissing(connection));
  if (accounts.length === 0) return null;
  return (
    <Card label={CONNECTIONS.missing} className={styles.missing}>
      <ul className={styles.connections}>
        {accounts.map(({ connection, ...posts }) => (
          <li key={connection.id}>
            <Tile platform={connection.platform} isBig />
            <div className={styles.name}>
              {connection.handle && <Handle className="strong">{connection.handle}</Handle>}
              <span className={connection.handle ? "small faint" : "strong"}>
                {PLATFORMS[connection.platform].name}
              </span>
            </div>
            <div className={styles.health}>
              <State face="lost">{connection.health === "gone" ? CONNECTIONS.gone : CONNECTIONS.none}</State>
              <span className="small soft">{failSentence(posts, zone)}</span>
              {connection.health === "gone" && <LostPostsLink id={connection.id} posts={posts} />}
            </div>
            {canWrite ? (
              <ButtonLink className={styles.renew} href={connectAddress(connection.platform, connection.id)}>
                <Icon name="link" />
                {CONNECTIONS.connectTo(PLATFORMS[connection.platform].name)}
              </ButtonLink>
            ) : (
              <p className={`small soft ${styles.ask}`}>{CONNECTIONS.ask}</p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Leads to the planned posts of an account, from the first one that will fail there. */
function LostPostsLink({ id, posts }: { id: string; posts: Pick<LostAccount, "count" | "areMore" | "first"> }) {
  const { zone } = useZone();
  const { count, areMore, first } = posts;
  return (
    <Link className="small" href={postsOf(id, { scheduledAt: first }, zone)}>
      {CONNECTIONS.showPosts(numberOf(count, areMore), count === 1 && !areMore)}
    </Link>
  );
}

/** Says how many posts will fail, if this is less than the sum of the numbers at the accounts. */
function SharedPosts() {
  const accounts = useLostAccounts();
  const { posts, cutIds, isCounted } = useLostPosts();
  const sum = accounts.reduce((total, { count }) => total + count, 0);
  if (!isCounted || cutIds.length > 0 || sum <= posts.length) return null;
  return <p className={`small soft ${styles.shared}`}>{ACCESS.shared(posts.length)}</p>;
}

function Health({ connection, canWrite }: { connection: Connection; canWrite: boolean }) {
  const { zone } = useZone();
  const lost = useLostAccounts().find((each) => each.connection.id === connection.id);
  const isOperator = useMe().scopes.includes("operate");
  const pauses = pausesOn({ campaign: null }, [connection.platform], usePauses().pauses ?? []);
  const { health, statusReason, healthReason, expiresAt } = connection;
  const end = expiresAt ? dayOf(expiresAt, zone) : null;
  const details = {
    // The platform's own reason, if it refused the access before its end.
    reconnect_required: statusReason === null ? end && CONNECTIONS.ended(end) : readable(statusReason, canWrite),
    failing: healthReason && readable(healthReason, canWrite),
    expiring: end && CONNECTIONS.ends(end),
    ok: CONNECTIONS.since(dayOf(connection.createdAt, zone)),
  };
  return (
    <>
      {(health !== "ok" || pauses.length === 0) && <State face={FACES[health]}>{CONNECTIONS.health[health]}</State>}
      {pauses.length > 0 && <State face="held">{PAUSES.publishing}</State>}
      {pauses.map((pause) => (
        <bdi key={keyOf(pause)} className="small soft">
          “{pause.reason}”
        </bdi>
      ))}
      {pauses.length > 0 && isOperator && (
        <Link className="small" href="/queue">
          {POST.showPauses(pauses.length)}
        </Link>
      )}
      <span className={health === "ok" ? "small faint" : "small soft"} dir="auto">
        {details[health]}
      </span>
      {lost && (
        <>
          <span className="small soft">{failSentence(lost, zone)}</span>
          <LostPostsLink id={connection.id} posts={lost} />
        </>
      )}
    </>
  );
}
