"""The normalised names of metrics."""

from typing import Any

import pytest

from minutehand.platforms.metrics import FRACTION, MAX_METRICS, Metric, listed, normalised
from minutehand.platforms.port import Transient


def test_sum_names_its_parts_and_keeps_them() -> None:
    names = {"reposts": ("shared", "quoted"), "reactions": "liked"}

    assert normalised({"shared": 2, "quoted": 3, "liked": 5}, names) == {
        "reposts": Metric(5, "shared+quoted"),
        "reactions": Metric(5, "liked"),
        "shared": Metric(2, "shared"),
        "quoted": Metric(3, "quoted"),
    }


def test_metric_that_the_platform_does_not_give_is_absent() -> None:
    names = {"reposts": ("shared", "quoted"), "reactions": "liked"}

    assert normalised({"quoted": 0}, names) == {"reposts": Metric(0, "quoted")}


def test_metric_without_a_normalised_name_keeps_its_name_and_unit() -> None:
    assert normalised({"rate": 0.25}, {}, {"rate": FRACTION}) == {"rate": Metric(0.25, "rate", FRACTION)}


@pytest.mark.parametrize("value", [None, "7", True, -1, [], {}, 2**63], ids=repr)
def test_value_that_is_not_a_number_is_absent(value: Any) -> None:
    assert normalised({"liked": value}, {"reactions": "liked"}) == {}


@pytest.mark.parametrize("name", ["", "a" * 101, "a\n", 7, None], ids=repr)
def test_name_that_is_not_usable_is_left_out(name: Any) -> None:
    assert normalised({name: 1}, {}) == {}


def test_sum_beyond_a_64_bit_number_is_left_out() -> None:
    largest = 2**63 - 1

    assert "reposts" not in normalised({"a": largest, "b": 1}, {"reposts": ("a", "b")})


def test_number_of_metrics_is_limited() -> None:
    assert len(normalised({f"m{number}": number for number in range(1_000)}, {})) == MAX_METRICS


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([{"id": "1"}, {"id": "2"}], {"1": {}, "2": {}}),
        ([{"id": "1"}], {"1": {}, "2": None}),
        ([], {"1": None, "2": None}),
        ([{"id": "1"}, {"id": 2}], {"1": {}}),
        ([{"id": "1"}, None], {"1": {}}),
    ],
    ids=["all", "one", "none", "an unusable id", "an unusable entry"],
)
def test_post_is_missing_only_from_a_list_of_usable_entries(entries: list[Any], found: dict[str, Any]) -> None:
    assert dict(listed(["1", "2"], entries, "id", lambda _: {}, platform="X")) == found


def test_response_without_a_list_says_nothing() -> None:
    with pytest.raises(Transient, match="X returned an unexpected list"):
        list(listed(["1"], None, "id", lambda _: {}, platform="X"))
