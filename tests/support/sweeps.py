"""Sweeps: tests that repeat one scenario at every boundary, or for every member of a large family.

`make test` runs a part of each sweep, which contains every kind of case. `make soak` runs each sweep completely. A test
that depends on this module has the marker ``sweep``.
"""

from collections.abc import Iterator
from itertools import count

from hypothesis import settings

STRIDE = 3
"""`make test` tries each third case where it does not try all. The number is odd, because boundaries before and after a
statement alternate.
"""


def is_complete() -> bool:
    """Return whether sweeps are complete, as in `make soak`."""
    return settings.get_current_profile_name() == "soak"


def is_chosen(number: int) -> bool:
    """Return whether the case with this number is tried: in `make test` each third one, in `make soak` every one."""
    return is_complete() or number % STRIDE == 0


def few_examples(number: int) -> settings:
    """Return settings with which `make test` tries ``number`` examples, and `make soak` as many as its profile says."""
    return settings() if is_complete() else settings(max_examples=number)


def every_boundary(variant: int = 0) -> Iterator[int]:
    """Yield the numbers of the boundaries at which a process dies or stops, without an end.

    ``variant``: the position of the scenario among its variants. Variant 0, the simplest, reaches every boundary. Each
    other one reaches a third of them in `make test`, and neighbouring variants reach different thirds.
    """
    return count() if variant == 0 or is_complete() else count(variant % STRIDE, STRIDE)
