"""The number of calls to each platform: measured for one task, and computed for 100,000 publications a month."""

import re
from dataclasses import replace
from datetime import timedelta
from math import ceil

import httpx
import pytest

from local.settings import ROOT
from minutehand.analytics.moments import MOMENTS
from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.metrics import reader_for
from tests.integration.platforms.test_metrics import METRICS, published_on
from tests.support.simulator import Simulator

PUBLICATIONS, HOURS = 100_000, 30 * 24
READINGS_PER_HOUR, RUNS_PER_HOUR = PUBLICATIONS * len(MOMENTS) / HOURS, 12
_ROW = re.compile(r"^\| ([A-Z]\w*)(?:, member)? \| [^|]+ \| ([\d,]+) \| ([\d,]+) \|", re.MULTILINE)


def calls_per_hour(platform: str) -> int:
    """Return the calls for the readings of an hour, if all publications are on one account."""
    metrics = METRICS[platform]
    if metrics.posts_in_call == 1:
        return round(READINGS_PER_HOUR * metrics.calls)
    return RUNS_PER_HOUR * ceil(READINGS_PER_HOUR / RUNS_PER_HOUR / metrics.posts_in_call) * metrics.calls


@pytest.mark.parametrize("platform", PLATFORMS)
def test_turn_makes_the_calls_from_which_the_hourly_number_is_computed(
    platform: str, simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published_on(simulator, platform, client, monkeypatch)
    old = replace(first.post, published_at=first.post.published_at - timedelta(days=30))
    post = published_on(simulator, platform, client, monkeypatch, number=2)
    batch, made = PLATFORMS[platform].metrics_batch, []
    transport = client._transport

    def count(request: httpx.Request) -> httpx.Response:
        made.append(request)
        return transport.handle_request(request)

    with httpx.Client(transport=httpx.MockTransport(count)) as counting:
        found = list(
            reader_for(platform).read_posts(counting, post.account, [old, *[post.post] * (batch - 1)], post.clock)
        )

    metrics = METRICS[platform]
    assert len(made) == ceil(batch / metrics.posts_in_call) * metrics.calls
    assert all(numbers is not None for _, numbers in found)


def test_page_states_the_calls_of_an_hour() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    section = page.partition("## Calls for metrics")[2].partition("\n## ")[0]
    stated = {name.lower(): int(calls.replace(",", "")) for name, calls, _ in _ROW.findall(section)}

    assert stated == {platform: calls_per_hour(platform) for platform in PLATFORMS}
