"""Records the statements that a database sends, and repeats them on a bare psycopg connection."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import DictRow, TupleRow

from minutehand.runtime.db import Database


class Statement(NamedTuple):
    """A statement with its parameters."""

    text: Any
    parameters: Mapping[str, Any] | None = None


type Trip = list[Statement]
"""The statements that are sent in one round trip: in a pipeline, if there are several."""


class RecordingDatabase(Database):
    """A database that records its round trips while it is asked to."""

    @contextmanager
    def recording(self) -> Iterator[list[Trip]]:
        """Yield the list to which the round trips of the block are added, in their order."""
        trips: list[Trip] = []
        connection = self._usable()
        self._connection = _Recorder(connection, trips)  # type: ignore[assignment]
        try:
            yield trips
        finally:
            self._connection = connection


class _Recorder:
    """A connection that notes each statement before it sends it."""

    def __init__(self, connection: psycopg.Connection[DictRow], trips: list[Trip]) -> None:
        self._connection = connection
        self._trips = trips
        self._in_pipeline = False

    def execute(self, text: Any, parameters: Any = None, **options: Any) -> psycopg.Cursor[DictRow]:
        statement = Statement(text, parameters)
        if self._in_pipeline:
            self._trips[-1].append(statement)
        else:
            self._trips.append([statement])
        return self._connection.execute(text, parameters, **options)

    def commit(self) -> None:
        self._trips.append([Statement("COMMIT")])
        self._connection.commit()

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        self._trips.append([])
        self._in_pipeline = True
        try:
            with self._connection.pipeline():
                yield
        finally:
            self._in_pipeline = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def repeat(connection: psycopg.Connection[TupleRow], trips: Sequence[Trip]) -> None:
    """Send the statements of ``trips``, and convert their rows to Python values."""
    for trip in trips:
        if len(trip) == 1:
            cursors = [connection.execute(*trip[0])]
        else:
            with connection.pipeline():
                cursors = [connection.execute(*statement) for statement in trip]
        for cursor in cursors:
            if cursor.rownumber is not None:  # the statement has returned rows, or none
                cursor.fetchall()
