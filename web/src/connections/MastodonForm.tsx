import { useState } from "react";
import { CONNECTIONS } from "../strings/connections";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { ConsentForm } from "./ConsentForm";
import { MastodonTokenForm } from "./MastodonTokenForm";
import { nameOfServer } from "./mastodonServer";
import { instanceOf, type SameAccount } from "./sameAccount";

/** The two ways to connect a Mastodon account: on the page of its server, or with an access token. */
export function MastodonForm({
  same,
  onOpened,
  onDone,
}: {
  same: SameAccount | null;
  /** Called when the page of the server has opened in another tab. */
  onOpened: () => void;
  onDone: () => void;
}) {
  const words = CONNECTIONS.mastodon;
  const [instance, setInstance] = useState(same ? instanceOf(same) : "");
  const [hasToken, setHasToken] = useState(false);
  const server = <TextField label={words.instance} hint={words.instanceHint} value={instance} onChange={setInstance} />;
  return (
    <div className="stack">
      {hasToken ? (
        <MastodonTokenForm same={same} instance={instance} onDone={onDone}>
          {server}
        </MastodonTokenForm>
      ) : (
        <ConsentForm
          request={{ platform: "mastodon", instance: instance.trim() }}
          text={words.onPage}
          open={words.openServer(nameOfServer(instance))}
          isComplete={instance.trim() !== ""}
          same={same}
          onOpened={onOpened}
        >
          {server}
        </ConsentForm>
      )}
      <div>
        <Button look="plain" isCompact onPress={() => setHasToken(!hasToken)}>
          {hasToken ? words.usePage : words.useToken}
        </Button>
      </div>
    </div>
  );
}
