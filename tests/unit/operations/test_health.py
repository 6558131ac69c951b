"""The health check of the platforms' API versions."""

from datetime import UTC, datetime, time, timedelta

import pytest

from minutehand.operations.health import check_api_versions
from minutehand.platforms.api_versions import api_versions
from minutehand.platforms.configs.api_versions import ApiVersionsConfig

CONFIG = ApiVersionsConfig()
FIRST = min((each for each in api_versions(CONFIG) if each.end), key=lambda each: str(each.end))


@pytest.mark.parametrize(
    ("left", "ok", "words"),
    [(91, True, "No version of a platform's API ends soon."), (90, True, "in 90 days"), (0, False, "ended on")],
)
def test_health_warns_before_an_api_version_ends_and_fails_afterwards(left: int, ok: bool, words: str) -> None:
    assert FIRST.end is not None
    now = datetime.combine(FIRST.end, time(), UTC) - timedelta(days=left)

    check = check_api_versions(CONFIG, now=now)

    assert check.ok is ok
    assert words in check.message
    assert (FIRST.parameter in check.message) is (left <= 90)
