"""Decode JSON that a server has sent. No text can make the decoder fail in an unexpected way or use much memory.

A short text can describe many values: ``[[],[],[],...`` needs thirty times its own size in memory. Integers are limited
to the range of Postgres's bigint, because a larger integer is not a valid time, duration or size.
"""

import json
import math
from typing import Any

MAX_VALUES = 100_000
"""The maximum number of commas and opening brackets in a text, which also limits the number of values. The longest
list that an adapter requests has a few thousand values.
"""
MAX_INTEGER = 2**63 - 1


def parse_json(text: str | bytes) -> Any:
    """Parse JSON. A number that is not finite and an integer beyond 64 bits become None.

    Raises:
        ValueError: ``text`` is not JSON, is nested too deeply, or has more than `MAX_VALUES` commas and
            opening brackets.
    """
    comma, array, fields = (",", "[", "{") if isinstance(text, str) else (b",", b"[", b"{")
    if text.count(comma) + text.count(array) + text.count(fields) > MAX_VALUES:  # type: ignore[arg-type]
        raise ValueError("the text has too many values")
    try:
        return json.loads(text, parse_int=_integer, parse_float=_float, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("the values are nested too deeply") from None


def _integer(digits: str) -> int | None:
    if len(digits) > len(str(MAX_INTEGER)) + 1:
        return None
    number = int(digits)
    return number if -MAX_INTEGER <= number <= MAX_INTEGER else None


def _float(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _no_number(_: str) -> None:
    """Return None for NaN and Infinity, which are not JSON."""
