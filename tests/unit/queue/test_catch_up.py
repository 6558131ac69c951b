"""The order of a connection's catch-up: the order of the posts' times, as far as their windows allow."""

import itertools
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutehand.queue.catch_up import MIN_WINDOW_LEFT, OverduePublication, plan_slots
from tests.support.clock import START

SPACING = timedelta(seconds=60)
WINDOWS = st.lists(st.one_of(st.none(), st.integers(min_value=-60, max_value=300)), max_size=5)


def overdue(*windows: float | None) -> list[OverduePublication]:
    """Return publications in the order of their times. ``windows``: the seconds left of each; None: without an end."""
    return [
        OverduePublication(UUID(int=number), None if left is None else START + timedelta(seconds=left))
        for number, left in enumerate(windows)
    ]


def order(
    publications: list[OverduePublication], *, first: datetime = START, spacing: timedelta = SPACING
) -> list[int]:
    """Return the numbers of the publications that get slots, in the order of the slots, and check the spacing."""
    planned = plan_slots(publications, first=first, spacing=spacing)
    slots = sorted(planned.values())
    assert slots == [first + number * spacing for number in range(len(slots))]
    return [each.int for each in sorted(planned, key=lambda each: (planned[each], each.int))]


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ((), []),
        ((None, None, None), [0, 1, 2]),
        ((9_999, 9_999, 9_999), [0, 1, 2]),
        ((None, None, 50, None), [2, 0, 1, 3]),  # the third can only have the first slot
        ((None, None, 100, None), [0, 2, 1, 3]),  # here the second slot is soon enough
        ((None, None, 170, None), [0, 1, 2, 3]),
        ((None, 130, 130, 130), [1, 2, 3, 0]),
        ((50, 50, None), [0, 2]),  # two need the same slot: the earlier post gets it
        ((None, 50, 50, 110, 110), [1, 3, 0]),  # as many as possible get one
        ((None, 0, -5, 50), [3, 0]),  # two windows have closed
        ((None, 60), [1, 0]),  # a slot at the very end of the window is too late
        ((None, 60 + MIN_WINDOW_LEFT.total_seconds()), [0, 1]),
        ((0.5,), [0]),  # the first slot is used even if little of the window is left
    ],
)
def test_slots_keep_windows_and_otherwise_the_order_of_times(
    windows: tuple[float | None, ...], expected: list[int]
) -> None:
    assert order(overdue(*windows)) == expected


def test_publication_past_its_window_gets_no_slot() -> None:
    assert order(overdue(None, 30, 31), first=START + timedelta(seconds=30)) == [2, 0]


def test_without_spacing_all_slots_are_the_same() -> None:
    publications = overdue(None, 50, 0, 1)
    planned = plan_slots(publications, first=START, spacing=timedelta())
    assert planned == dict.fromkeys([publications[number].id for number in (0, 1, 3)], START)


@given(WINDOWS)
@settings(deadline=None)
def test_no_other_order_keeps_more_windows_or_moves_fewer_publications(windows: list[int | None]) -> None:
    publications = overdue(*windows)
    found = order(publications)

    def is_in_time(numbers: tuple[int, ...]) -> bool:
        for slot, number in enumerate(numbers):
            left = windows[number]
            if left is not None and left - (MIN_WINDOW_LEFT.total_seconds() if slot else 0) < max(slot * 60, 1):
                return False
        return True

    possible = [
        numbers
        for count in range(len(publications) + 1)
        for numbers in itertools.permutations(range(len(publications)), count)
        if is_in_time(numbers)
    ]
    assert tuple(found) in possible
    largest = [numbers for numbers in possible if len(numbers) == max(map(len, possible))]
    assert sorted(found) == min(map(sorted, largest))  # if not all can have a slot, the earliest posts do
    same = [numbers for numbers in largest if sorted(numbers) == sorted(found)]
    assert tuple(reversed(found)) == max(tuple(reversed(numbers)) for numbers in same)  # none moves ahead needlessly
    if is_in_time(tuple(range(len(publications)))):
        assert found == list(range(len(publications)))


def test_thousands_of_slots_are_planned_quickly() -> None:
    """Planning in quadratic time, such as a search of all publications for each slot, would take minutes."""
    publications = overdue(*(None if number % 3 else 60 * number for number in range(20_000, 0, -1)))
    assert len(order(publications)) == len(publications)
