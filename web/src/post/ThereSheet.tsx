import { useState } from "react";
import { Form } from "react-aria-components";
import { confirmPublications, usePostAction } from "../api/actions";
import { ApiError } from "../api/client";
import type { Connection, Post, Publication } from "../api/types";
import { PLATFORMS } from "../strings/platforms";
import { POST } from "../strings/post";
import { SHELL } from "../strings/shell";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { Problem } from "../ui/Problem";
import { Sheet } from "../ui/Sheet";
import { toast } from "../ui/Toasts";
import { isAddress, isOnOtherSite } from "./permalink";

/**
 * The dialog that records that an unknown publication is on its platform. It stays open until the API has accepted the
 * address. An address on another site is questioned once, because a platform may have more sites than those we know.
 */
export function ThereSheet({
  post,
  publication: { id, platform },
  connection,
  onClose,
}: {
  post: Post;
  publication: Publication;
  connection: Connection | undefined;
  onClose: () => void;
}) {
  const confirm = usePostAction(confirmPublications);
  const [permalink, setPermalink] = useState("");
  const [isQuestioned, setQuestioned] = useState(false);
  const [isUnreadable, setUnreadable] = useState(false);
  const address = permalink.trim();
  const refusal = refusalOf(confirm.error);
  const submit = () => {
    if (address && !isAddress(address)) {
      setUnreadable(true);
      return;
    }
    if (!isQuestioned && isOnOtherSite(address, platform, PLATFORMS[platform].homeUrl, connection, post.publications)) {
      confirm.reset();
      setQuestioned(true);
      return;
    }
    confirm.mutate(
      { postId: post.id, publications: [{ id, published: true, ...(address ? { permalink: address } : {}) }] },
      {
        onSuccess: () => {
          toast({ face: "published", text: POST.recorded(platform), about: post.id });
          onClose();
        },
      },
    );
  };
  const problem = refusal ?? (isUnreadable ? POST.noAddress : isQuestioned && POST.otherSite(platform));
  return (
    <Sheet title={POST.thereTitle(platform)} isOpen onClose={onClose}>
      <Form
        className="stack"
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p className="soft">{POST.thereText}</p>
        <TextField
          label={POST.address}
          problem={problem && <span role="alert">{problem}</span>}
          value={permalink}
          onChange={(changed) => {
            setPermalink(changed);
            setQuestioned(false);
            setUnreadable(false);
            if (confirm.isError) confirm.reset();
          }}
          type="url"
        />
        {confirm.isError && !refusal && <Problem error={confirm.error} />}
        <div className="row">
          <Button type="submit" look="primary" isPending={confirm.isPending}>
            {isQuestioned ? POST.confirmAnyway : POST.confirmThere}
          </Button>
          <Button onPress={onClose}>{SHELL.cancel}</Button>
        </div>
      </Form>
    </Sheet>
  );
}

/** Return what the API says against the address, or `null` if it says nothing about it. */
function refusalOf(error: unknown): string | null {
  const details = error instanceof ApiError ? error.details : [];
  return details.find(({ field }) => field.endsWith(".permalink"))?.message ?? null;
}
