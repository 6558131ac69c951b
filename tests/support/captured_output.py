"""Everything that leaves our code: what is logged with all that belongs to it, and what a test adds."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query

TABLES = Query(
    "tables", "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
)


class Emitted(logging.Handler):
    """Collects text. As a handler it takes every record of every logger, with its extras and its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self._formatter = logging.Formatter()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        traceback = self._formatter.formatException(record.exc_info) if record.exc_info else ""
        self.texts.append(f"{record.getMessage()} {vars(record)} {traceback}")

    def add(self, *things: Any) -> None:
        self.texts += map(str, things)

    def holding(self, secret: str) -> list[str]:
        """Return the texts that hold ``secret``."""
        return [text for text in self.texts if secret in text]


@contextmanager
def everything_logged(*loggers: logging.Logger) -> Iterator[Emitted]:
    """Collect all that is logged at any level; ``loggers``: those that keep what they log from the root logger."""
    emitted, root = Emitted(), logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    for logger in (root, *loggers):
        logger.addHandler(emitted)
    try:
        yield emitted
    finally:
        for logger in (root, *loggers):
            logger.removeHandler(emitted)
        root.setLevel(level)


def rows_as_text(db: Database) -> list[str]:
    """Return every row of every table, as Postgres writes it as text; bytes as hexadecimal digits and as characters."""
    texts = []
    for table in db.fetch(TABLES):
        whole: Any = f'SELECT * FROM "{table["name"]}"'
        for row in db.fetch(Query("whole", whole)):
            values = [value.decode(errors="replace") if isinstance(value, bytes) else value for value in row.values()]
            texts.append(f"{table['name']}: {row} {values}")
    return texts
