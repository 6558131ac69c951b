import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutehand.platforms.json_values import MAX_INTEGER, MAX_VALUES, parse_json
from minutehand.platforms.meta.errors import GraphError
from minutehand.platforms.meta.throttle import BUSINESS_USAGE, DEFAULT_WAIT, retry_time
from tests.support.clock import START
from tests.support.sweeps import few_examples

SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text() | st.floats(-1e9, 1e9)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
DEEP = "[" * 90_000


@few_examples(30)
@given(VALUES)
def test_json_is_decoded(value: Any) -> None:
    text = json.dumps(value)
    assert parse_json(text) == value
    assert parse_json(text.encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "<html>",
        DEEP,
        DEEP + "]" * 90_000,
        '{"a":' * 90_000,
        "[" + "[]," * MAX_VALUES + "0]",
        "[" + '{"":0},' * MAX_VALUES + "0]",
    ],
    ids=["empty", "truncated", "html", "deep", "deep and closed", "deep object", "lists", "objects"],
)
def test_text_that_is_not_usable_json_is_a_value_error(text: str) -> None:
    for each in (text, text.encode()):
        with pytest.raises(ValueError):  # noqa: PT011 (json decides the message)
            parse_json(each)


@pytest.mark.parametrize(
    "number", ["1e999", "-1e999", "NaN", "Infinity", "-Infinity", "9" * 19, "9" * 5_000, f"-{MAX_INTEGER + 1}"]
)
def test_number_out_of_range_is_missing(number: str) -> None:
    assert parse_json(f'{{"a": {number}, "b": 1}}') == {"a": None, "b": 1}


def test_text_with_many_values_uses_little_memory() -> None:
    text = b"[" + b'{"":[]},' * (MAX_VALUES // 3 - 1) + b"0]"
    tracemalloc.start()
    try:
        parse_json(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("usage", [DEEP, '{"1": [{"estimated_time_to_regain_access": NaN}]}'])
def test_malformed_header_of_meta_states_no_wait(usage: str) -> None:
    assert retry_time({BUSINESS_USAGE: usage}, START) == START + DEFAULT_WAIT


def test_malformed_details_of_an_error_of_meta_are_ignored() -> None:
    error = GraphError.parse({"error": {"code": 1, "error_data": DEEP}})
    assert error is not None
    assert error.details == {}
