"""Measures the statements of the publisher, the queue and the posts in a table of a million posts: `make soak`.

With the statistics of each moment, and in every version of Postgres that is installed, no statement may exceed its
limit; see `tests.support.plan_costs`.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.support import postgres
from tests.support.plan_costs import FEATURES, MOMENTS, database, excesses


def main() -> int:
    """Print the statements that exceed their limits, and return 1 if there are any."""
    parser = argparse.ArgumentParser(prog="python -m tests.plan_costs", description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000, help="posts in the database (default: %(default)s)")
    found = False
    for version in postgres.versions():
        with (
            tempfile.TemporaryDirectory(prefix="minutehand-", ignore_cleanup_errors=True) as folder,
            postgres.embedded_server(Path(folder) / "postgres", version) as url,
            postgres.template(url),
        ):
            for moment in MOMENTS:
                with database(url, moment, parser.parse_args().posts) as connection:
                    costs = {name: cost for each in FEATURES for name, cost in excesses(connection, each).items()}
                print(f"Postgres {version}, statistics of the moment {moment}: {costs or 'no excess'}")  # noqa: T201
                found = found or bool(costs)
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
