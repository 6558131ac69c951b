import type { ReactNode } from "react";
import { Button, Link } from "react-aria-components";
import { useLocation } from "wouter";
import { useSession } from "../session/Session";
import { SHELL } from "../strings/shell";
import { Avatar } from "../ui/Avatar";
import { Icon, type IconName } from "../ui/Icon";
import { ActionMenu } from "../ui/Menu";
import { Toasts } from "../ui/Toasts";
import { listOf } from "./attentionList";
import { Mark } from "./Mark";
import { OfflineBar } from "./OfflineBar";
import styles from "./Shell.module.css";
import { countText, useAttention } from "./useAttention";
import { useLive } from "./useLive";

interface Entry {
  href: string;
  icon: IconName;
  label: string;
  count?: number;
  tone?: "is-failed" | "is-approval";
}

/** The frame of every view: the navigation at the side, or at the bottom on a phone, and the area for messages. */
export function Shell({ children }: { children: ReactNode }) {
  const { me, signOut } = useSession();
  const attention = useAttention();
  useLive();
  const [path] = useLocation();
  const isOperator = me.scopes.includes("operate");
  const entries: Entry[] = [
    { href: "/", icon: "calendar", label: SHELL.calendar },
    {
      href: listOf(attention),
      icon: "posts",
      label: SHELL.posts,
      count: attention.posts,
      tone: "is-failed",
    },
    { href: "/connections", icon: "link", label: SHELL.connections, count: attention.connections, tone: "is-approval" },
    { href: "/analytics", icon: "chart", label: SHELL.analytics },
    ...(isOperator ? [{ href: "/queue", icon: "queue" as const, label: SHELL.queue }] : []),
    { href: "/settings", icon: "gear", label: SHELL.settings },
  ];
  const isCurrent = (href: string) => (href === "/" ? path === "/" : path.startsWith(href.split("?")[0] ?? href));
  return (
    <>
      <button type="button" className={styles.skip} onClick={() => document.getElementById("main")?.focus()}>
        {SHELL.skip}
      </button>
      <div className={styles.app}>
        <nav className={styles.side} aria-label={SHELL.main}>
          <Link className={styles.brand ?? ""} href="/">
            <Mark />
            <span>{SHELL.name}</span>
          </Link>
          {entries.map((entry) => (
            <Link
              key={entry.label}
              className={styles.to ?? ""}
              href={entry.href}
              {...(isCurrent(entry.href) ? { "aria-current": "page" as const } : {})}
            >
              <Icon name={entry.icon} />
              <span className={styles.word}>{entry.label}</span>
              <Count entry={entry} />
            </Link>
          ))}
          <div className={styles.who}>
            <Avatar name={me.name ?? me.user} />
            <span className={styles.word}>
              <bdi>{me.name ?? me.user}</bdi>
              {me.owner !== (me.name ?? me.user) && (
                <>
                  <br />
                  <bdi className="faint">{me.owner}</bdi>
                </>
              )}
            </span>
          </div>
        </nav>
        <main className={styles.page} id="main" tabIndex={-1}>
          <OfflineBar />
          {children}
        </main>
      </div>
      <nav className={styles.tabbar} aria-label={SHELL.main}>
        <Tab entry={entries[0] as Entry} isCurrent={isCurrent("/")} />
        <Tab entry={entries[1] as Entry} isCurrent={path.startsWith("/posts") && path !== "/posts/new"} />
        {me.scopes.includes("write") && (
          <Link href="/posts/new" className={styles.tab ?? ""} aria-label={SHELL.newPost}>
            <span className={styles.new}>
              <Icon name="plus" />
            </span>
          </Link>
        )}
        <Tab entry={entries[2] as Entry} isCurrent={path.startsWith("/connections")} />
        <ActionMenu
          placement="top end"
          actions={[
            ...entries.slice(3).map(({ href, icon, label }) => ({ id: href, href, icon, label })),
            { id: "sign-out", icon: "exit", label: SHELL.signOut, onAction: signOut },
          ]}
        >
          <Button
            className={styles.tab ?? ""}
            {...(entries.slice(3).some(({ href }) => isCurrent(href)) ? { "aria-current": "page" as const } : {})}
          >
            <Icon name="more" />
            {SHELL.more}
          </Button>
        </ActionMenu>
      </nav>
      <Toasts />
    </>
  );
}

/** The number of posts or connections that need a person. */
function Count({ entry: { count, tone } }: { entry: Entry }) {
  if (!count) return null;
  return (
    <span className={`${styles.count} ${tone}`}>
      <span aria-hidden="true">{countText(count)}</span>
      <span className="hidden">{SHELL.needYou(count)}</span>
    </span>
  );
}

function Tab({ entry, isCurrent }: { entry: Entry; isCurrent: boolean }) {
  return (
    <Link href={entry.href} className={styles.tab ?? ""} {...(isCurrent ? { "aria-current": "page" as const } : {})}>
      <Icon name={entry.icon} />
      {entry.label}
      <Count entry={entry} />
    </Link>
  );
}
