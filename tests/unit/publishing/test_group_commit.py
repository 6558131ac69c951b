"""Those who wait are written with one call, and each gets its own answer or the error."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from minutehand.publishing.group_commit import GroupCommit


class Writer:
    """Doubles what it is given. The first call waits until ``gate`` opens."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.gate = threading.Event()
        self.error: BaseException | None = None
        self.refused: int | None = None
        self.refusal: type[psycopg.Error] = psycopg.DataError

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.calls.append(list(items))
        if len(self.calls) == 1:
            assert self.gate.wait(10)
        if self.error is not None:
            raise self.error
        if self.refused in items:
            raise self.refusal(f"{self.refused} cannot be written")
        return [2 * item for item in items]


@pytest.fixture
def writer() -> Writer:
    return Writer()


def submitted(group: GroupCommit[int, int], writer: Writer, count: int) -> list[int | BaseException]:
    """Submit ``count`` items: one that is being written, and the rest while it is."""
    with ThreadPoolExecutor(count) as pool:
        first = pool.submit(group.submit, 0)
        while not writer.calls:
            pass
        rest = [pool.submit(group.submit, item) for item in range(1, count)]
        while len(group._waiting) < count - 1:
            pass
        writer.gate.set()
        return [future.exception() or future.result() for future in (first, *rest)]


def test_all_who_wait_are_written_with_one_call(writer: Writer) -> None:
    group = GroupCommit[int, int](threading.Lock(), writer)
    assert submitted(group, writer, 10) == [2 * item for item in range(10)]
    assert [sorted(call) for call in writer.calls] == [[0], list(range(1, 10))]


def test_one_alone_does_not_wait_for_the_company_that_was_announced(writer: Writer) -> None:
    writer.gate.set()
    group = GroupCommit[int, int](threading.Lock(), writer)
    assert group.submit(4, company=10) == 8


def test_groups_with_the_same_turn_never_write_at_once(writer: Writer) -> None:
    turn, other = threading.Lock(), Writer()
    other.gate.set()
    with ThreadPoolExecutor() as pool:
        first = pool.submit(GroupCommit[int, int](turn, writer).submit, 1)
        while not writer.calls:
            pass
        second = pool.submit(GroupCommit[int, int](turn, other).submit, 2)
        assert other.calls == []
        writer.gate.set()
        assert (first.result(), second.result()) == (2, 4)


def test_an_error_reaches_everyone_who_waits(writer: Writer) -> None:
    group = GroupCommit[int, int](threading.Lock(), writer)
    writer.error = psycopg.OperationalError("Postgres is away")
    assert submitted(group, writer, 5) == [writer.error] * 5
    assert len(writer.calls) == 2  # not once more for each: it is away for all


@pytest.mark.parametrize("refusal", [psycopg.DataError, psycopg.errors.ProgramLimitExceeded])
def test_one_that_cannot_be_written_is_the_only_one_to_fail(writer: Writer, refusal: type[psycopg.Error]) -> None:
    group = GroupCommit[int, int](threading.Lock(), writer)
    writer.refused, writer.refusal = 3, refusal
    answers = submitted(group, writer, 5)
    assert isinstance(answers.pop(3), refusal)
    assert answers == [0, 2, 4, 8]


def test_the_end_of_the_process_ends_the_writer_and_all_who_wait(writer: Writer) -> None:
    group = GroupCommit[int, int](threading.Lock(), writer)
    writer.error = KeyboardInterrupt()
    answers = submitted(group, writer, 3)
    assert answers == [writer.error] * 3
