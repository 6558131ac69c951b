"""The order in which an account catches up: that of the posts' times, as far as their windows allow."""

import itertools
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutehand.queue.catch_up import ROOM, Waiting, turns
from tests.support.clock import START

SPACING = timedelta(seconds=60)
WINDOWS = st.lists(st.one_of(st.none(), st.integers(min_value=-60, max_value=300)), max_size=5)


def waiting(*windows: float | None) -> list[Waiting]:
    """Posts in the order of their times, by the seconds that are left of their windows; None: it never ends."""
    return [
        Waiting(UUID(int=number), None if left is None else START + timedelta(seconds=left))
        for number, left in enumerate(windows)
    ]


def order(posts: list[Waiting], *, first: datetime = START, spacing: timedelta = SPACING) -> list[int]:
    """Return which have turns, as numbers in the order of their turns, and see to it that these are spaced."""
    planned = turns(posts, first=first, spacing=spacing)
    moments = sorted(planned.values())
    assert moments == [first + number * spacing for number in range(len(moments))]
    return [post.int for post in sorted(planned, key=lambda post: (planned[post], post.int))]


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ((), []),
        ((None, None, None), [0, 1, 2]),
        ((9_999, 9_999, 9_999), [0, 1, 2]),
        ((None, None, 50, None), [2, 0, 1, 3]),  # the third can have the first turn alone
        ((None, None, 100, None), [0, 2, 1, 3]),  # and here the second, which is soon enough
        ((None, None, 170, None), [0, 1, 2, 3]),
        ((None, 130, 130, 130), [1, 2, 3, 0]),
        ((50, 50, None), [0, 2]),  # of two for one turn, whose time is first
        ((None, 50, 50, 110, 110), [1, 3, 0]),  # as many as can
        ((None, 0, -5, 50), [3, 0]),  # over is over
        ((None, 60), [1, 0]),  # a turn at its very end is none
        ((None, 60 + ROOM.total_seconds()), [0, 1]),
        ((0.5,), [0]),  # but what little there is left is tried
    ],
)
def test_windows_are_kept_and_otherwise_the_order(windows: tuple[float | None, ...], expected: list[int]) -> None:
    assert order(waiting(*windows)) == expected


def test_what_is_over_before_the_first_turn_has_none() -> None:
    assert order(waiting(None, 30, 31), first=START + timedelta(seconds=30)) == [2, 0]


def test_without_spacing_all_have_their_turn_at_once() -> None:
    posts = waiting(None, 50, 0, 1)
    assert turns(posts, first=START, spacing=timedelta()) == dict.fromkeys([posts[n].id for n in (0, 1, 3)], START)


@given(WINDOWS)
@settings(deadline=None)
def test_no_other_order_keeps_more_windows_or_moves_less(windows: list[int | None]) -> None:
    posts = waiting(*windows)
    found = order(posts)

    def is_in_time(numbers: tuple[int, ...]) -> bool:
        for turn, number in enumerate(numbers):
            left = windows[number]
            if left is not None and left - (ROOM.total_seconds() if turn else 0) < max(turn * 60, 1):
                return False
        return True

    possible = [
        numbers
        for count in range(len(posts) + 1)
        for numbers in itertools.permutations(range(len(posts)), count)
        if is_in_time(numbers)
    ]
    assert tuple(found) in possible
    most = [numbers for numbers in possible if len(numbers) == max(map(len, possible))]
    assert sorted(found) == min(map(sorted, most))  # where not all can, those whose times come first
    same = [numbers for numbers in most if sorted(numbers) == sorted(found)]
    assert tuple(reversed(found)) == max(tuple(reversed(numbers)) for numbers in same)  # nobody moves up without need
    if is_in_time(tuple(range(len(posts)))):
        assert found == list(range(len(posts)))


def test_thousands_are_planned_in_no_time() -> None:
    """Were it quadratic, as when each turn is sought among all posts, this would take minutes."""
    posts = waiting(*(None if number % 3 else 60 * number for number in range(20_000, 0, -1)))
    assert len(order(posts)) == len(posts)
