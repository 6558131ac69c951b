import type { ReactNode } from "react";
import { Form } from "react-aria-components";
import { type ConsentRequest, useAuthorize } from "../api/connections";
import { CONNECTIONS } from "../strings/connections";
import { Button } from "../ui/Button";
import { Problem } from "../ui/Problem";
import styles from "./Connections.module.css";
import type { SameAccount } from "./sameAccount";

/** A form that opens the page on which a person allows Minutehand to publish, in another tab. */
export function ConsentForm({
  request,
  text,
  open,
  isComplete,
  same,
  onOpened,
  children,
}: {
  request: ConsentRequest;
  text: string;
  /** The label of the button that opens the page. */
  open: string;
  isComplete: boolean;
  /** The account that is connected again, if it is known. */
  same: SameAccount | null;
  onOpened: () => void;
  /** The fields that must be known before the page opens. */
  children?: ReactNode;
}) {
  const authorize = useAuthorize();
  return (
    <Form
      className={styles.form ?? ""}
      onSubmit={(event) => {
        event.preventDefault();
        // The click opens the tab, because the browser would block a tab that opens later.
        const tab = window.open("", "_blank");
        if (tab) tab.document.body.textContent = CONNECTIONS.opening;
        authorize.mutate(request, {
          onSuccess: ({ url }) => {
            if (tab) {
              tab.opener = null;
              tab.location.replace(url);
            } else {
              window.location.assign(url);
            }
            onOpened();
          },
          onError: () => tab?.close(),
        });
      }}
    >
      <p>{text}</p>
      {same?.handle && <p>{CONNECTIONS.chooseThere(same.handle)}</p>}
      {children}
      {authorize.isError && <Problem error={authorize.error} />}
      <Button type="submit" look="primary" isDisabled={!isComplete} isPending={authorize.isPending}>
        {open}
      </Button>
    </Form>
  );
}
