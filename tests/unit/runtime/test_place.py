"""The stage local trusts its callers, so functions refuse it wherever they do not run on a developer's machine."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from local.settings import ROOT
from minutehand.connections.configs.connections import ConnectionsConfig
from minutehand.posts.configs.scheduling import SchedulingConfig
from minutehand.publishing.config import PublisherConfig
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import BadConfiguration, Config
from tests.support.api import CONTEXT, sample
from tests.support.cold_start import start

PUBLIC = {"openapi", "planner", "preflight"}
"""Functions that trust nobody and read no data, so their stage does not matter."""
FUNCTIONS = sorted({path.parent.name for path in (ROOT / "functions").glob("*/app.py")} - PUBLIC)
ON_AWS = SimpleNamespace(
    **vars(CONTEXT) | {"invoked_function_arn": "arn:aws:lambda:eu-central-1:123456789012:function:function"},
    get_remaining_time_in_millis=lambda: 60_000,
    log_stream_name="stream",
)
ENVIRON = {
    "DATABASE_URL": "postgresql://127.0.0.1:1/nowhere",
    "PUBLISH_QUEUE_URL": "http://127.0.0.1:1/publish",
    "DEAD_LETTER_QUEUE_URL": "http://127.0.0.1:1/dead",
    "TOKEN_KEY_ID": "alias/tokens",
    "MEDIA_BUCKET": "library",
    "TICK_RULE_NAME": "tick",
    "AUTH_MODE": "trusted-header",
}
ONLY_LOCALLY = r"This setting is allowed only at the stage local\. Remove the setting\."
REFUSAL = "STAGE is local, but the function runs in the AWS account 123456789012."


def started(name: str, stage: str) -> Any:
    return start(name, environ=ENVIRON | {"STAGE": stage})


def accepts(stage: str, account: str) -> bool:
    """Return whether a function with this stage may run in this account."""
    try:
        Config.from_environ({"STAGE": stage}).require_place(f"arn:aws:lambda:us-east-1:{account}:function:function")
    except BadConfiguration:
        return False
    return True


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_of_the_local_stage_refuses_to_run_on_aws(name: str, caplog: pytest.LogCaptureFixture) -> None:
    app = started(name, "local")
    event: dict[str, Any] = {} if name == "migrator" else sample(name)

    if isinstance(app.function, ApiFunction):
        assert app.handler(event, ON_AWS)["statusCode"] == 500
        [record] = [record for record in caplog.records if record.levelname == "ERROR"]
        assert record.exc_info
        assert str(record.exc_info[1]).startswith(REFUSAL)
    else:
        with pytest.raises(BadConfiguration, match=REFUSAL):
            app.handler(event, ON_AWS)


def test_deployment_of_the_local_stage_to_aws_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    app = started("migrator", "local")
    sent: list[tuple[object, ...]] = []
    monkeypatch.setattr(app, "respond", lambda *response: sent.append(response))
    event = {"RequestType": "Create", "ResponseURL": "http://127.0.0.1:1/"}

    app.handler(event, ON_AWS)

    assert sent == [(event, "FAILED", "BadConfiguration: see the log stream stream", {})]


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_other_stages_run_on_aws(stage: str) -> None:
    assert accepts(stage, "123456789012")


@pytest.mark.parametrize("account", ["000000000000", "012345678912"])
def test_local_stage_runs_on_a_developers_machine(account: str) -> None:
    assert accepts("local", account)


SETTINGS = ENVIRON | {"AUTH_MODE": ""}


@pytest.mark.parametrize("config", [ConnectionsConfig, SchedulingConfig, PublisherConfig])
@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_private_networks_are_allowed_only_locally(config: type[Config], stage: str) -> None:
    environ = SETTINGS | {"STAGE": stage, "MEDIA_FROM_PRIVATE_NETWORKS": "true"}

    with pytest.raises(BadConfiguration, match=rf"^MEDIA_FROM_PRIVATE_NETWORKS: {ONLY_LOCALLY}$"):
        config.from_environ(environ)
    assert config.from_environ(environ | {"MEDIA_FROM_PRIVATE_NETWORKS": "false"}).stage == stage
    assert config.from_environ(environ | {"STAGE": "local"}).stage == "local"


def test_setting_of_the_local_stage_is_refused_without_a_stage() -> None:
    with pytest.raises(BadConfiguration, match="MEDIA_FROM_PRIVATE_NETWORKS"):
        SchedulingConfig.from_environ(SETTINGS | {"MEDIA_FROM_PRIVATE_NETWORKS": "true"})


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_sandbox_receives_posts_only_locally(stage: str) -> None:
    environ: Mapping[str, str] = SETTINGS | {"STAGE": stage, "SANDBOX_URL": "http://127.0.0.1:8095/sandbox/posts"}

    with pytest.raises(BadConfiguration, match=rf"^SANDBOX_URL: {ONLY_LOCALLY}$"):
        PublisherConfig.from_environ(environ)
