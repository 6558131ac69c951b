"""The order in which owners get free threads."""

from datetime import timedelta

from minutehand.publishing.rotation import REMEMBERED_FOR, Rotation
from tests.support.clock import START

LATER = START + timedelta(milliseconds=1)


def test_owner_that_has_waited_longest_is_first() -> None:
    rotation = Rotation()
    for owner in ("ada", "grace", "ada"):
        rotation.begin(owner, START)
    assert list(rotation.shares(START).items()) == [("grace", 1), ("ada", 2)]
    rotation.end("grace", LATER)
    assert list(rotation.shares(LATER).items()) == [("ada", 2), ("grace", 0)]


def test_owner_is_forgotten_a_while_after_its_last_publication() -> None:
    rotation = Rotation()
    rotation.begin("ada", START)
    rotation.end("ada", LATER)
    assert rotation.shares(START + REMEMBERED_FOR) == {"ada": 0}
    assert rotation.shares(LATER + REMEMBERED_FOR) == {}


def test_owner_with_a_publication_in_hand_is_not_forgotten() -> None:
    rotation = Rotation()
    rotation.begin("ada", START)
    assert rotation.shares(START + timedelta(minutes=1)) == {"ada": 1}
