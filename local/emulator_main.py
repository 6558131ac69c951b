"""The emulator's process, which runs ministack and changes some of its defaults to be faster, safer or closer to AWS.

`local.emulator` starts this module in the emulator's virtual environment. The module replaces private
functions and values of the pinned release. A test checks that they exist, so the test fails after an incompatible
upgrade.
"""

import json
import os
import sys
import threading
import time
import zipfile
from types import SimpleNamespace

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import apigateway_v1, eventbridge, lambda_svc

from local.emulator_guard import EmulatorGuard
from local.shared_archives import SharedArchive
from local.stable_addresses import StableAddresses

_QUEUE_POLL_SECONDS = 0.1
_SQS_BATCHES = {"SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"}


def tune() -> None:
    """Change attributes of the emulator, so that it is faster and checks permissions as AWS does."""
    # If functions could import the emulator's packages, a dependency that is missing from a layer would go unnoticed.
    sys.executable = os.environ.pop("LAMBDA_PYTHON")
    # By default, the emulator checks every 10 s which scheduled rules are due.
    eventbridge._SCHEDULER_TICK_INTERVAL = 1
    # By default, the emulator waits 50 ms after each response for a first log line. The three values are the seconds to
    # wait for a first line, the seconds to wait after a line, and the maximum in total.
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.003, 0.002, 0.25)
    # By default, every worker has its own copy of the function and its layers.
    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": SharedArchive})
    # SQS has no separate permissions for batches. The permission to send one message covers a batch of messages.
    action_of = iam_actions._action_from_target
    iam_actions._action_from_target = lambda headers: _without_batch(action_of(headers))
    # AWS omits the bus from the ARN of a rule on the default bus. The template's policies expect such ARNs.
    arn_of = iam_actions.extract_resource_arn
    iam_actions.extract_resource_arn = lambda *call: arn_of(*call).replace(":rule/default/", ":rule/", 1)
    # By default, conditions on the encryption context of a call to KMS are never met.
    context_of = iam_actions.request_tag_context
    iam_actions.request_tag_context = lambda service, action, body, parameters: {
        **context_of(service, action, body, parameters),
        **(_encryption_context(body) if service == "kms" else {}),
    }
    # By default, a caller without a key, with the key `test` or with an account's number as the key is the root user,
    # whose signature is not checked. In this stack, only the gateway's calls have no key.
    keys = {"", os.environ["AWS_ACCESS_KEY_ID"]}
    iam_evaluator.is_root_access_key = lambda key: key in keys
    iam_evaluator._is_root_key = lambda _key: False
    app.app = StableAddresses(EmulatorGuard(app.app), _newest_api)
    # By default, the emulator polls queues once a second, which delays a message by up to a second.
    threading.Thread(target=_poll_queues, daemon=True, name="poll-queues").start()


def _without_batch(action: str | None) -> str | None:
    return action.removesuffix("Batch") if action in _SQS_BATCHES else action


def _encryption_context(body: bytes) -> dict[str, str]:
    """Return the condition keys for the encryption context in the body of a call to KMS."""
    context = json.loads(body or b"{}").get("EncryptionContext") or {}
    return {f"kms:EncryptionContext:{name}": value for name, value in context.items()}


def _newest_api() -> str | None:
    apis = [api for _, api in apigateway_v1._rest_apis.all_items()]
    newest = max(apis, key=lambda api: api["createdDate"], default=None)
    return newest["id"] if newest else None


def _poll_queues() -> None:
    while True:
        time.sleep(_QUEUE_POLL_SECONDS)
        lambda_svc._esm_wake.set()


if __name__ == "__main__":
    tune()
    app.main()
