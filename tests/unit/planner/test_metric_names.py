"""The planner has a name for every metric that the platforms provide."""

import re

import pytest

from local.settings import ROOT
from minutehand.platforms.catalog import PLATFORMS
from tests.support.expected import expected_of

STRINGS = (ROOT / "web" / "src" / "strings" / "analytics.ts").read_text(encoding="utf-8")
NAMED = set(re.findall(r'^  "?([\w.]+)"?: ', STRINGS.partition("const MOMENTS")[0], re.MULTILINE))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_metric_of_a_platform_has_a_name_in_the_planner(platform: str) -> None:
    metrics = expected_of(platform).metrics.names
    added = {own for name, (owns, _) in metrics.items() if "+" in owns for own in owns.split("+") if own != name}

    assert {*metrics, *added} <= NAMED
