import { usePauses } from "../api/queue";
import type { Platform, Post } from "../api/types";
import { useMe } from "../session/Session";
import { PAUSES } from "../strings/pauses";
import { POST } from "../strings/post";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import { PauseSubject } from "../ui/PauseSubject";
import { heldUntil } from "./held";
import { keyOf, pausesOn } from "./pauses";

/** The reasons of the pauses that hold a post of a list on these platforms and, if the post is known, until when it waits. */
export function HeldReason({
  campaign,
  platforms,
  post,
}: {
  campaign: string | null;
  platforms: readonly Platform[];
  post: Post | undefined;
}) {
  const { zone } = useZone();
  const me = useMe();
  const pauses = pausesOn({ campaign }, platforms, usePauses().pauses ?? []);
  const until = post ? heldUntil(post, me) : null;
  return (
    <>
      {pauses.map((pause) => (
        <p key={keyOf(pause)} className="small soft">
          <PauseSubject pause={pause} /> {PAUSES.isPaused}: <bdi>“{pause.reason}”</bdi>.
        </p>
      ))}
      {pauses.length > 0 && until && (
        <p className="small soft">{POST.heldText(pauses.length, momentOf(until, zone))}</p>
      )}
    </>
  );
}
