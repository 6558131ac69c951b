"""Tries new sequences of the life of posts until the time is up or one breaks a promise: `make soak`.

Hypothesis keeps a sequence that breaks a promise in `.hypothesis/`, and tries it first the next time.
"""

import argparse
import logging
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.stateful import run_state_machine_as_test

from local.settings import ROOT
from tests.integration.test_life_of_posts import SEQUENCES, LifeOfPosts
from tests.support import postgres

BATCH = 50
"""Sequences between two looks at the clock."""
KEPT = ROOT / ".hypothesis" / "soak"


class Tally:
    """Counts the tried sequences and their posts."""

    def __init__(self) -> None:
        self.sequences = 0
        self.posts = 0
        self._began = time.monotonic()

    @property
    def taken(self) -> timedelta:
        return timedelta(seconds=round(time.monotonic() - self._began))

    def __str__(self) -> str:
        return f"{self.sequences:,} sequences with {self.posts:,} posts in {self.taken}"


def soak(url: str, *, sequences: int, minutes: float) -> Tally:
    """Try new sequences on the database ``url``, at most so many and for so long.

    Raises:
        AssertionError: a sequence broke a promise; Hypothesis has printed the shortest one that does.
    """
    tally = Tally()

    class Counted(LifeOfPosts):
        def __init__(self) -> None:
            super().__init__(url)
            tally.sequences += 1

        def teardown(self) -> None:
            tally.posts += len(self.written)
            super().teardown()

    batch = settings(
        SEQUENCES,
        max_examples=BATCH,
        derandomize=False,
        database=DirectoryBasedExampleDatabase(KEPT),
        print_blob=True,
    )
    while tally.sequences < sequences and tally.taken < timedelta(minutes=minutes):
        try:
            run_state_machine_as_test(Counted, settings=batch)
        finally:
            print(f"{tally} tried", flush=True)  # noqa: T201 - shows the progress
    return tally


def main() -> int:
    """Start Postgres, try, and say how many were tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--sequences", type=int, default=5_000, help="stop after so many (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=20, help="stop after so long (default: %(default)s)")
    given = parser.parse_args()
    logging.disable()  # crashes and outages are logged, and there are thousands of them
    with (
        tempfile.TemporaryDirectory(prefix="minutehand-") as folder,
        postgres.server(Path(folder) / "postgres") as server_url,
        postgres.template(server_url),
        postgres.clone(server_url) as url,
    ):
        tally = soak(url, sequences=given.sequences, minutes=given.minutes)
    print(f"Every promise held: {tally}.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
