import { useState } from "react";
import { Form } from "react-aria-components";
import { type Credentials, useAuthorize, useConnect } from "../api/connections";
import type { OAuthPlatform, Platform } from "../api/types";
import { CONNECTIONS } from "../strings/connections";
import { allPlatforms, PLATFORMS } from "../strings/platforms";
import { Button, ButtonLink } from "../ui/Button";
import { Dial } from "../ui/Dial";
import { TextField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { Problem } from "../ui/Problem";
import { Sheet } from "../ui/Sheet";
import { Tile } from "../ui/Tile";
import { toast } from "../ui/Toasts";
import styles from "./Connections.module.css";
import { applicationsPage, isNoToken } from "./mastodonServer";
import { instanceOf, otherAccountText, type SameAccount } from "./sameAccount";

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
  return (
    <Sheet title={CONNECTIONS.connectTo(PLATFORMS[platform].name)} isOpen onClose={onClose}>
      {platform === "bluesky" && <BlueskyForm key={same?.id} same={same} onDone={onClose} />}
      {platform === "mastodon" && <MastodonForm key={same?.id} same={same} onDone={onClose} />}
      {platform !== "bluesky" && platform !== "mastodon" && (
        <PlatformPage
          platform={platform}
          same={same}
          onDone={() => {
            onOpened();
            onClose();
          }}
        />
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

interface Again {
  same: SameAccount | null;
  onDone: () => void;
}

function BlueskyForm({ same, onDone }: Again) {
  const words = CONNECTIONS.bluesky;
  const [identifier, setIdentifier] = useState(same?.handle ?? "");
  const [appPassword, setAppPassword] = useState("");
  const [service, setService] = useState(same?.baseUrl ?? "https://bsky.social");
  return (
    <CredentialsForm
      credentials={{
        platform: "bluesky",
        identifier: identifier.trim(),
        appPassword: appPassword.trim(),
        service: service.trim(),
      }}
      isComplete={Boolean(identifier.trim() && appPassword.trim())}
      onDone={onDone}
      same={same}
    >
      <TextField
        label={words.identifier}
        hint={words.identifierHint}
        value={identifier}
        onChange={setIdentifier}
        autoComplete="off"
      />
      <TextField
        label={words.appPassword}
        hint={words.appPasswordHint}
        value={appPassword}
        onChange={setAppPassword}
        type="password"
        autoComplete="off"
      />
      <TextField label={words.service} hint={words.serviceHint} value={service} onChange={setService} />
    </CredentialsForm>
  );
}

function MastodonForm({ same, onDone }: Again) {
  const words = CONNECTIONS.mastodon;
  const [instance, setInstance] = useState(same ? instanceOf(same) : "");
  const [accessToken, setAccessToken] = useState("");
  const [hasLeft, setLeft] = useState(false);
  const page = applicationsPage(instance);
  return (
    <CredentialsForm
      credentials={{ platform: "mastodon", instance: instance.trim(), accessToken: accessToken.trim() }}
      isComplete={Boolean(instance.trim() && accessToken.trim())}
      onDone={onDone}
      same={same}
    >
      <TextField label={words.instance} hint={words.instanceHint} value={instance} onChange={setInstance} />
      <section className="stack" aria-labelledby="token-steps">
        <h3 id="token-steps">{words.steps}</h3>
        <ol className={styles.steps}>
          <li>
            {words.openStep}
            {page && (
              <div>
                <ButtonLink isCompact href={page.address} target="_blank" rel="noreferrer">
                  <Icon name="open" />
                  {words.open(page.server)}
                </ButtonLink>
              </div>
            )}
          </li>
          <li>
            {words.scopesStep}
            <ul className={styles.scopes}>
              {words.scopes.map((scope) => (
                <li key={scope}>
                  <code>{scope}</code>
                </li>
              ))}
            </ul>
          </li>
          <li>{words.submitStep}</li>
          <li>{words.copyStep}</li>
        </ol>
      </section>
      <TextField
        label={words.accessToken}
        hint={hasLeft && isNoToken(accessToken) ? <NotToken /> : words.accessTokenHint}
        onBlur={() => setLeft(true)}
        value={accessToken}
        onChange={setAccessToken}
        type="password"
        autoComplete="off"
      />
    </CredentialsForm>
  );
}

/** A warning, not an error: only the server knows its tokens. */
function NotToken() {
  return (
    <span className={`${styles.notToken} is-failed`} role="status">
      <Dial face="failed" /> {CONNECTIONS.mastodon.notToken}
    </span>
  );
}

function CredentialsForm({
  credentials,
  isComplete,
  same,
  onDone,
  children,
}: Again & {
  credentials: Credentials;
  isComplete: boolean;
  children: React.ReactNode;
}) {
  const connect = useConnect();
  return (
    <Form
      className={styles.form ?? ""}
      onSubmit={(event) => {
        event.preventDefault();
        connect.mutate(credentials, {
          onSuccess: ({ connection }) => {
            const text = otherAccountText(connection, same);
            if (text) toast({ face: "caution", text });
            onDone();
          },
        });
      }}
    >
      {children}
      {connect.isError && <Problem error={connect.error} />}
      <Button type="submit" look="primary" isDisabled={!isComplete} isPending={connect.isPending}>
        {CONNECTIONS.connectTo(PLATFORMS[credentials.platform].name)}
      </Button>
    </Form>
  );
}

function PlatformPage({ platform, same, onDone }: Again & { platform: OAuthPlatform }) {
  const authorize = useAuthorize();
  const { name } = PLATFORMS[platform];
  return (
    <div className="stack">
      <p>{CONNECTIONS.onPage(name)}</p>
      {same?.handle && <p>{CONNECTIONS.chooseThere(same.handle)}</p>}
      {authorize.isError && <Problem error={authorize.error} />}
      <div className="row">
        <Button
          look="primary"
          isPending={authorize.isPending}
          onPress={() => {
            // The click opens the tab, because the browser would block a tab that opens later.
            const tab = window.open("", "_blank");
            authorize.mutate(platform, {
              onSuccess: ({ url }) => {
                if (tab) {
                  tab.opener = null;
                  tab.location.replace(url);
                } else {
                  window.location.assign(url);
                }
                onDone();
              },
              onError: () => tab?.close(),
            });
          }}
        >
          {CONNECTIONS.openPage(name)}
        </Button>
      </div>
    </div>
  );
}
