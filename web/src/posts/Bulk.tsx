import { useCallback, useEffect, useRef, useState } from "react";
import { usePostAction } from "../api/actions";
import { useConnections } from "../api/connections";
import { type BulkAction, type BulkResult, useBulk } from "../api/posts";
import type { Post } from "../api/types";
import { useMe } from "../session/Session";
import { POSTS } from "../strings/posts";
import { SHELL } from "../strings/shell";
import { Button } from "../ui/Button";
import { aboveBottomBar } from "../ui/bottomBar";
import { ConfirmSheet } from "../ui/ConfirmSheet";
import { Dial } from "../ui/Dial";
import { Icon, type IconName } from "../ui/Icon";
import { ActionMenu } from "../ui/Menu";
import { Problem } from "../ui/Problem";
import { useNarrow } from "../ui/useNarrow";
import styles from "./Bulk.module.css";
import { type BulkPlan, bulkPlanOf, stayingOf, unapprovedBy } from "./bulkPlan";
import { PostNames } from "./PostNames";
import { ShiftSheet } from "./ShiftSheet";
import { StayingList } from "./StayingList";
import { type AgainPlan, againPlanOf, scheduleAgain } from "./scheduleAgain";
import type { Shift } from "./shift";

const BUTTONS: Record<BulkAction, { label: string; icon: IconName }> = {
  schedule: { label: POSTS.schedule, icon: "calendar" },
  cancel: { label: POSTS.cancel, icon: "off" },
  delete: { label: POSTS.delete, icon: "bin" },
  shift: { label: POSTS.moveBy, icon: "move" },
  retry: { label: POSTS.retry, icon: "retry" },
  approve: { label: POSTS.approve, icon: "check" },
  archive: { label: POSTS.archive, icon: "archive" },
  duplicate: { label: POSTS.duplicate, icon: "copy" },
};

/**
 * A finished bulk action. `amount`: by how much the posts moved; `back`: they are back at their earlier times, and the ids of
 * those whose approval the action ended, because the way back does not restore it.
 */
export interface Done {
  action: BulkAction;
  results: BulkResult[];
  amount?: Shift | undefined;
  back?: { unapproved: string[] };
}

/** The bar that acts on the chosen posts. */
export function BulkBar({
  actions,
  chosen,
  onAll,
  onClear,
  onDone,
}: {
  actions: readonly BulkAction[];
  chosen: readonly Post[];
  /** Chooses all loaded posts; null if all are chosen. */
  onAll: (() => void) | null;
  onClear: () => void;
  onDone: (done: Done) => void;
}) {
  const bulk = useBulk();
  const isNarrow = useNarrow();
  const [open, setOpen] = useState<AskedAction | null>(null);
  const connections = useConnections().data?.connections ?? null;
  const planOf = (action: BulkAction) => bulkPlanOf(action, chosen, connections);
  const run = (action: BulkAction, amount?: Shift) => {
    setOpen(null);
    const { posts, skipped } = planOf(action);
    if (posts.length === 0) return onDone({ action, results: skipped });
    bulk.mutate(
      { action, postIds: posts.map(({ id }) => id), ...amount },
      { onSuccess: (results) => onDone({ action, results: [...results, ...skipped], amount }) },
    );
  };
  const begin = (action: BulkAction) => {
    const { posts } = planOf(action);
    if (posts.length > 0 && isAsked(action)) setOpen(action);
    else run(action);
  };
  return (
    <>
      <section className={styles.bar} ref={aboveBottomBar} aria-label={POSTS.chosen(chosen.length)}>
        <span className="strong" role="status">
          {bulk.isPending
            ? POSTS.running(bulk.variables.action, bulk.variables.postIds.length)
            : POSTS.chosen(chosen.length)}
        </span>
        {onAll && !bulk.isPending && (
          <Button isCompact look="plain" onPress={onAll}>
            {POSTS.chooseAll}
          </Button>
        )}
        <span className="push" />
        {isNarrow ? (
          <ActionMenu
            placement="top end"
            actions={actions.map((action) => ({ id: action, ...BUTTONS[action], onAction: () => begin(action) }))}
          >
            <Button isDisabled={bulk.isPending}>
              {POSTS.actions}
              <Icon name="down" />
            </Button>
          </ActionMenu>
        ) : (
          actions.map((action) => (
            <Button key={action} isCompact isDisabled={bulk.isPending} onPress={() => begin(action)}>
              <Icon name={BUTTONS[action].icon} />
              {BUTTONS[action].label}
            </Button>
          ))
        )}
        <Button isCompact isIcon look="plain" aria-label={POSTS.chooseNone} onPress={onClear}>
          <Icon name="x" />
        </Button>
      </section>
      {bulk.isError && <Problem error={bulk.error} />}
      {open && (
        <ActionSheet action={open} plan={planOf(open)} chosen={chosen} onRun={run} onClose={() => setOpen(null)} />
      )}
    </>
  );
}

/** The actions before which a dialog asks. */
const ASKED = ["archive", "cancel", "delete", "shift"] as const;
type AskedAction = (typeof ASKED)[number];

function isAsked(action: BulkAction): action is AskedAction {
  return (ASKED as readonly BulkAction[]).includes(action);
}

/** The dialog that asks before an action, and names the chosen posts that stay as they are. */
function ActionSheet({
  action,
  plan,
  chosen,
  onRun,
  onClose,
}: {
  action: AskedAction;
  plan: BulkPlan;
  chosen: readonly Post[];
  onRun: (action: BulkAction, amount?: Shift) => void;
  onClose: () => void;
}) {
  const staying = stayingOf(plan.skipped, chosen);
  const [count, total] = [plan.posts.length, chosen.length];
  if (action === "shift") {
    return (
      <ShiftSheet posts={plan.posts} staying={staying} onClose={onClose} onShift={(amount) => onRun(action, amount)} />
    );
  }
  return (
    <ConfirmSheet
      {...POSTS.asks[action](count, total)}
      look={action === "delete" ? "danger" : "primary"}
      onConfirm={() => onRun(action)}
      onClose={onClose}
    >
      <PostNames posts={plan.posts.map((post) => ({ post }))} />
      <StayingList action={action} staying={staying} total={total} />
    </ConfirmSheet>
  );
}

/**
 * The result of a bulk action, with a reason for each unchanged post. It stands where the bar was, has the focus, and can
 * give the posts their earlier times again.
 */
export function BulkResults({
  done: { action, results, amount, back },
  posts,
  onNext,
  onClose,
}: {
  done: Done;
  /** The posts as they were before the action. */
  posts: readonly Post[];
  /** Called when the person has given the posts their earlier times again, or has approved them again. */
  onNext: (done: Done) => void;
  onClose: () => void;
}) {
  const undo = useBulk();
  const again = usePostAction(scheduleAgain);
  const section = useRef<HTMLElement>(null);
  const place = useCallback((element: HTMLElement | null) => {
    section.current = element;
    return aboveBottomBar(element);
  }, []);
  useEffect(() => section.current?.focus(), [results]);
  const staying = stayingOf(results, posts);
  const done = results.filter(({ success }) => success);
  const changed = done.map(({ postId }) => postId);
  const inPart = action === "cancel" && !back ? done.filter(({ status }) => status !== "draft").length : 0;
  const unapproved = back?.unapproved ?? (action === "shift" ? unapprovedBy(results, posts) : []);
  const moveBack = ({ days, minutes }: Shift) =>
    undo.mutate(
      { action, postIds: changed, days: -days, minutes: -minutes },
      { onSuccess: (answer) => onNext({ action, results: answer, back: { unapproved } }) },
    );
  const plan = action === "cancel" && !back ? againPlanOf(results, posts, Date.now()) : null;
  const runAgain = (all: AgainPlan) =>
    again.mutate(all, {
      onSuccess: (answer) => onNext({ action, results: answer, back: { unapproved: unapprovedBy(answer, posts) } }),
    });
  const onUndo = plan ? () => runAgain(plan) : amount && changed.length > 0 ? () => moveBack(amount) : null;
  return (
    <section className={styles.results} aria-label={POSTS.result} tabIndex={-1} ref={place}>
      <div className={styles.lines} role="status">
        {changed.length > inPart && (
          <p className={`${styles.result} is-published`}>
            <Dial face="published" />
            {POSTS.done(changed.length - inPart, (back && POSTS.back[action]) ?? POSTS.results[action])}
          </p>
        )}
        {inPart > 0 && (
          <p className={`${styles.result} is-caution`}>
            <Dial face="caution" />
            {POSTS.cancelledInPart(inPart)}
          </p>
        )}
        {staying.length > 0 && (
          <div className={`${styles.result} is-failed`}>
            <Dial face="failed" />
            <StayingList
              action={action}
              staying={staying}
              total={results.length}
              done={{ isBack: back !== undefined }}
            />
          </div>
        )}
        {unapproved.length > 0 && (
          <ApproveAgain postIds={unapproved} isStill={Boolean(back) && action === "shift"} onApproved={onNext} />
        )}
        {undo.isError && <Problem error={undo.error} />}
      </div>
      {onUndo && (
        <Button isCompact isPending={undo.isPending || again.isPending} onPress={onUndo}>
          {SHELL.undo}
        </Button>
      )}
      <Button isCompact isIcon look="plain" aria-label={SHELL.close} onPress={onClose}>
        <Icon name="x" />
      </Button>
    </section>
  );
}

/** Says how many posts need approval again, or still do so. An approver can approve them here. */
function ApproveAgain({
  postIds,
  isStill,
  onApproved,
}: {
  postIds: string[];
  isStill: boolean;
  onApproved: (done: Done) => void;
}) {
  const bulk = useBulk();
  const canApprove = useMe().scopes.includes("approve");
  const approve = () =>
    bulk.mutate({ action: "approve", postIds }, { onSuccess: (results) => onApproved({ action: "approve", results }) });
  return (
    <>
      <div className={`${styles.result} ${styles.again} is-approval`}>
        <Dial face="approval" />
        <p>{isStill ? POSTS.stillNeedApproval(postIds.length) : POSTS.needApproval(postIds.length)}</p>
        {canApprove && (
          <Button isCompact isPending={bulk.isPending} onPress={approve}>
            <Icon name="check" />
            {POSTS.approveAgain(postIds.length)}
          </Button>
        )}
      </div>
      {bulk.isError && <Problem error={bulk.error} />}
    </>
  );
}
