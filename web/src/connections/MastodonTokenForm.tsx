import { type ReactNode, useState } from "react";
import { CONNECTIONS } from "../strings/connections";
import { ButtonLink } from "../ui/Button";
import { Dial } from "../ui/Dial";
import { TextField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import styles from "./Connections.module.css";
import { CredentialsForm } from "./CredentialsForm";
import { applicationsPage, isNoToken } from "./mastodonServer";
import type { SameAccount } from "./sameAccount";

/** The form that connects a Mastodon account with an access token that the person creates on the server. */
export function MastodonTokenForm({
  same,
  instance,
  onDone,
  children,
}: {
  same: SameAccount | null;
  instance: string;
  onDone: () => void;
  /** The field for the server. */
  children: ReactNode;
}) {
  const words = CONNECTIONS.mastodon;
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
      {children}
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
