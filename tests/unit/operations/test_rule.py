"""The schedule of the rule that runs the scheduler."""

from datetime import timedelta

import pytest

from minutehand.operations.rule import Schedule


@pytest.mark.parametrize(
    ("expression", "interval"),
    [
        ("rate(1 minute)", timedelta(minutes=1)),
        ("rate(15 minutes)", timedelta(minutes=15)),
        ("rate(2 hours)", timedelta(hours=2)),
        ("rate(1 day)", timedelta(days=1)),
        ("cron(0/5 * * * ? *)", None),
        ("", None),
    ],
)
def test_interval_is_read_from_a_rate(expression: str, interval: timedelta | None) -> None:
    assert Schedule(True, expression).interval == interval
