"""The emulator's release is pinned, and the private names that we change exist in it."""

import subprocess
from dataclasses import replace
from pathlib import Path

from local.emulator import client_environ
from local.settings import ROOT, Settings
from local.virtualenvs import emulator_python, lambda_python

TUNE_AND_PRINT = """
import os, threading
os.environ |= {"LAMBDA_PYTHON": "/the/runtime", "AWS_ACCESS_KEY_ID": "AKIAROOT"}
from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import eventbridge, lambda_svc
before = (
    eventbridge._SCHEDULER_TICK_INTERVAL,
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__,
    isinstance(lambda_svc._esm_wake, threading.Event) or hasattr(lambda_svc._esm_wake, "set"),
    lambda_runtime.zipfile.ZipFile.__name__,
    [iam_evaluator._is_root_key("test"), iam_evaluator.is_root_access_key("test"), app.app.__name__],
)
from local import emulator_main
emulator_main.tune()
target = lambda name: iam_actions._action_from_target({"x-amz-target": f"AmazonSQS.{name}"})
print(target("SendMessageBatch"), target("ReceiveMessage"))
rule = lambda bus: iam_actions.extract_resource_arn(
    "events", "POST", "/", {}, b'{"Name": "tick", "EventBusName": "%s"}' % bus, {}, "us-east-1", "000000000000"
)
print(rule(b""), rule(b"own"))
kms = b'{"KeyId": "a-key", "EncryptionContext": {"connection_id": "client:tea", "owner_id": "ada"}}'
print(*(iam_actions.request_tag_context(service, "a:B", kms, {}) for service in ("kms", "sqs")))
root = [key for key in ("", "test", "000000000000", "AKIAROOT") if iam_evaluator.is_root_access_key(key)]
print(before[4], root, iam_evaluator._is_root_key("AKIAROOT"), type(app.app).__name__)
print(before[3], lambda_runtime.zipfile.ZipFile.__name__, lambda_runtime.zipfile.BadZipFile)
print(before[:3], lambda_runtime.sys.executable, lambda_runtime._detect_runtime_binary("python3.13")[0])
"""


def test_tuned_private_names_exist_in_the_pinned_release() -> None:
    done = subprocess.run(
        [emulator_python(), "-c", TUNE_AND_PRINT], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "SendMessage ReceiveMessage",
        "arn:aws:events:us-east-1:000000000000:rule/tick arn:aws:events:us-east-1:000000000000:rule/own/tick",
        "{'kms:EncryptionContext:connection_id': 'client:tea', 'kms:EncryptionContext:owner_id': 'ada'} {}",
        "[True, True, 'app'] ['', 'AKIAROOT'] False StableAddresses",
        "ZipFile SharedArchive <class 'zipfile.BadZipFile'>",
        "(10, (0.05, 0.005, 0.25), True) /the/runtime /the/runtime",
    ]


def test_interpreter_of_functions_has_boto3_and_nothing_else() -> None:
    listing = "import importlib.metadata as m; print(*sorted(d.name.lower() for d in m.distributions()))"
    done = subprocess.run([lambda_python(), "-c", listing], cwd="/", capture_output=True, text=True, check=True)

    assert set(done.stdout.split()) == {
        "boto3",
        "botocore",
        "jmespath",
        "python-dateutil",
        "s3transfer",
        "six",
        "urllib3",
    }


def test_client_environ_overrides_the_aws_profile(tmp_path: Path) -> None:
    settings = replace(Settings.from_environ({"MINUTEHAND_EMULATOR_PORT": "4999"}), state=tmp_path)
    environ = client_environ(settings)

    assert environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4999"
    assert environ["AWS_CONFIG_FILE"] == environ["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
