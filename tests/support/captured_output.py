"""Log records, and text that a test adds, collected to check that they contain no secret."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query

TABLES = Query(
    "tables", "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
)


class CapturedOutput(logging.Handler):
    """Collects text. As a log handler, it collects every record with its extras and its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self._formatter = logging.Formatter()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        traceback = self._formatter.formatException(record.exc_info) if record.exc_info else ""
        self.texts.append(f"{record.getMessage()} {vars(record)} {traceback}")

    def add(self, *values: Any) -> None:
        self.texts += map(str, values)

    def containing(self, secret: str) -> list[str]:
        """Return the texts that contain ``secret``."""
        return [text for text in self.texts if secret in text]


@contextmanager
def capture_logs(*loggers: logging.Logger) -> Iterator[CapturedOutput]:
    """Collect the log records of all levels. ``loggers``: loggers that do not propagate to the root logger."""
    captured, root = CapturedOutput(), logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    for logger in (root, *loggers):
        logger.addHandler(captured)
    try:
        yield captured
    finally:
        for logger in (root, *loggers):
            logger.removeHandler(captured)
        root.setLevel(level)


def rows_as_text(db: Database) -> list[str]:
    """Return every row of every table as text, with bytes both in hexadecimal and as characters."""
    texts = []
    for table in db.fetch(TABLES):
        whole: Any = f'SELECT * FROM "{table["name"]}"'
        for row in db.fetch(Query("whole", whole)):
            values = [value.decode(errors="replace") if isinstance(value, bytes) else value for value in row.values()]
            texts.append(f"{table['name']}: {row} {values}")
    return texts
