"""Waiting threads are written with one call, and each gets its own result or the error."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from minutehand.publishing.group_commit import GroupCommit


class Writer:
    """Returns twice each item. The first call waits until ``gate`` opens."""

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
    """Submit ``count`` items: the first, and the others while the first is written."""
    with ThreadPoolExecutor(count) as pool:
        first = pool.submit(group.submit, 0)
        while not writer.calls:
            pass
        rest = [pool.submit(group.submit, item) for item in range(1, count)]
        while len(group._pending) < count - 1:
            pass
        writer.gate.set()
        return [future.exception() or future.result() for future in (first, *rest)]


def test_waiting_items_are_written_with_one_call(writer: Writer) -> None:
    group = GroupCommit[int, int](threading.Lock(), writer)
    assert submitted(group, writer, 10) == [2 * item for item in range(10)]
    assert [sorted(call) for call in writer.calls] == [[0], list(range(1, 10))]


def test_single_item_does_not_wait_long_for_expected_items(writer: Writer) -> None:
    writer.gate.set()
    group = GroupCommit[int, int](threading.Lock(), writer)
    assert group.submit(4, expected=10) == 8


def test_groups_that_share_a_lock_never_write_at_the_same_time(writer: Writer) -> None:
    lock, other = threading.Lock(), Writer()
    other.gate.set()
    with ThreadPoolExecutor() as pool:
        first = pool.submit(GroupCommit[int, int](lock, writer).submit, 1)
        while not writer.calls:
            pass
        second = pool.submit(GroupCommit[int, int](lock, other).submit, 2)
        assert other.calls == []
        writer.gate.set()
        assert (first.result(), second.result()) == (2, 4)


def test_error_reaches_every_waiting_thread(writer: Writer) -> None:
    group = GroupCommit[int, int](threading.Lock(), writer)
    writer.error = psycopg.OperationalError("Postgres is unavailable")
    assert submitted(group, writer, 5) == [writer.error] * 5
    assert len(writer.calls) == 2  # without a retry for each item, because Postgres is unavailable for all


@pytest.mark.parametrize("refusal", [psycopg.DataError, psycopg.errors.ProgramLimitExceeded])
def test_item_that_cannot_be_written_fails_alone(writer: Writer, refusal: type[psycopg.Error]) -> None:
    group = GroupCommit[int, int](threading.Lock(), writer)
    writer.refused, writer.refusal = 3, refusal
    results = submitted(group, writer, 5)
    assert isinstance(results.pop(3), refusal)
    assert results == [0, 2, 4, 8]


def test_interrupt_reaches_the_writer_and_every_waiting_thread(writer: Writer) -> None:
    group = GroupCommit[int, int](threading.Lock(), writer)
    writer.error = KeyboardInterrupt()
    results = submitted(group, writer, 3)
    assert results == [writer.error] * 3
