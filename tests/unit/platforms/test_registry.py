import subprocess
import sys

import pytest

from minutehand.platforms.bluesky.adapter import Bluesky
from minutehand.platforms.mastodon.adapter import Mastodon
from minutehand.platforms.port import Rejected
from minutehand.platforms.registry import adapter_for
from minutehand.platforms.sandbox import RecordingSandbox, TimelineSandbox

TIMELINE = "http://127.0.0.1:1/sandbox/posts"


@pytest.mark.parametrize(
    ("platform", "sandbox", "sandbox_url", "kind"),
    [
        ("bluesky", False, None, Bluesky),
        ("mastodon", False, None, Mastodon),
        ("bluesky", True, TIMELINE, TimelineSandbox),
        ("instagram", True, TIMELINE, TimelineSandbox),
        ("instagram", True, None, RecordingSandbox),
    ],
)
def test_adapter_of_a_platform_is_cached(platform: str, sandbox: bool, sandbox_url: str | None, kind: type) -> None:
    adapter = adapter_for(platform, sandbox=sandbox, sandbox_url=sandbox_url)
    assert type(adapter) is kind
    assert adapter_for(platform, sandbox=sandbox, sandbox_url=sandbox_url) is adapter


def test_each_platform_has_a_separate_sandbox() -> None:
    assert adapter_for("x", sandbox=True, sandbox_url=TIMELINE) is not adapter_for(
        "threads", sandbox=True, sandbox_url=TIMELINE
    )


def test_unsupported_platform_is_rejected() -> None:
    with pytest.raises(Rejected) as refused:
        adapter_for("friendster", sandbox=False)
    assert refused.value.reason == "Posting to friendster is not supported. Choose another platform."


def test_importing_the_registry_imports_no_adapter() -> None:
    code = "import sys, minutehand.platforms.registry; print(*sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": "layers/domain"}
    )
    modules = output.stdout.split()
    assert "minutehand.platforms.registry" in modules
    assert not {"httpx", "regex", "boto3", "minutehand.platforms.bluesky", "minutehand.platforms.sandbox"} & set(
        modules
    )
