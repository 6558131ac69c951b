import type { ReactNode } from "react";
import { Form } from "react-aria-components";
import { type Credentials, useConnect } from "../api/connections";
import { CONNECTIONS } from "../strings/connections";
import { PLATFORMS } from "../strings/platforms";
import { Button } from "../ui/Button";
import { Problem } from "../ui/Problem";
import { toast } from "../ui/Toasts";
import styles from "./Connections.module.css";
import { otherAccountText, type SameAccount } from "./sameAccount";

/** A form that connects an account with the credentials in its fields. */
export function CredentialsForm({
  credentials,
  isComplete,
  same,
  onDone,
  children,
}: {
  credentials: Credentials;
  isComplete: boolean;
  /** The account that is connected again, if it is known. */
  same: SameAccount | null;
  onDone: () => void;
  children: ReactNode;
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
