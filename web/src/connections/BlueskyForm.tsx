import { useState } from "react";
import { CONNECTIONS } from "../strings/connections";
import { TextField } from "../ui/Field";
import { CredentialsForm } from "./CredentialsForm";
import type { SameAccount } from "./sameAccount";

/** The form that connects a Bluesky account with an app password. */
export function BlueskyForm({ same, onDone }: { same: SameAccount | null; onDone: () => void }) {
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
