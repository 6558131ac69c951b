"""The emulator's own process: ministack, tuned where its defaults are slower or more forgiving than AWS.

Runs in the emulator's environment, started by `local.emulator`. It reaches into private names of the pinned release;
a test checks that they are there, so that an upgrade fails loudly.
"""

import os
import sys
import threading
import time

from ministack.app import main
from ministack.core import iam_actions, lambda_runtime
from ministack.services import eventbridge, lambda_svc

_QUEUE_POLL_SECONDS = 0.1
_SQS_BATCHES = {"SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"}


def tune() -> None:
    """Make functions see only their layers, rules fire on their second and queues deliver within a tenth of one."""
    # Functions would otherwise run on the emulator's own packages, and a dependency missing from a layer go unnoticed.
    sys.executable = os.environ.pop("LAMBDA_PYTHON")
    # Schedules are looked at every 10 s by default.
    eventbridge._SCHEDULER_TICK_INTERVAL = 1
    # A warm, silent function is otherwise waited for 50 ms after its answer, in case it still logs: seconds to wait
    # for a first line, to wait after a line, and at most.
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.003, 0.002, 0.25)
    # AWS has no permissions of their own for batches: whoever may send one message may send ten.
    action_of = iam_actions._action_from_target
    iam_actions._action_from_target = lambda headers: _without_batch(action_of(headers))
    # AWS leaves the bus out of the name of a rule that is on the default one, and so do policies that are right there.
    arn_of = iam_actions.extract_resource_arn
    iam_actions.extract_resource_arn = lambda *call: arn_of(*call).replace(":rule/default/", ":rule/", 1)
    # Queues are polled once a second by default, which delays a message by up to as much.
    threading.Thread(target=_poll_queues, daemon=True, name="poll-queues").start()


def _without_batch(action: str | None) -> str | None:
    return action.removesuffix("Batch") if action in _SQS_BATCHES else action


def _poll_queues() -> None:
    while True:
        time.sleep(_QUEUE_POLL_SECONDS)
        lambda_svc._esm_wake.set()


if __name__ == "__main__":
    tune()
    main()
