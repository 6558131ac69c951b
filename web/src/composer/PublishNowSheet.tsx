import { COMPOSER } from "../strings/composer";
import { ConfirmSheet } from "../ui/ConfirmSheet";
import { State } from "../ui/State";
import type { NowPlan } from "./publishNow";

/** The dialog that asks before a post is published now, or as soon as it is approved: where, and where it fails or waits. */
export function PublishNowSheet({
  plan: { connected, sandboxed, failing, waiting },
  when,
  isOnApproval = false,
  onConfirm,
  onClose,
}: {
  plan: NowPlan;
  /** The time at which the post would be published otherwise, or `null` if it has none. */
  when: string | null;
  isOnApproval?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <ConfirmSheet
      title={isOnApproval ? COMPOSER.onApprovalTitle : COMPOSER.nowTitle}
      text={isOnApproval ? COMPOSER.onApprovalText(when) : COMPOSER.nowText(connected, sandboxed, when)}
      action={isOnApproval ? COMPOSER.publishOnApproval : COMPOSER.publishNow}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {failing && (
        <p dir="auto">
          <State face="lost">{failing}.</State>
        </p>
      )}
      {waiting && (
        <p>
          <State face="held">{waiting}.</State>
        </p>
      )}
    </ConfirmSheet>
  );
}
