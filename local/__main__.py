"""The command line of the local stack: python -m local run | demo | month."""

import argparse
import signal
import sys
import time
from types import FrameType

from local.accounts import DEMO_USER, connect_demo_accounts
from local.demo import publish_one, show_addresses, show_planner
from local.errors import LocalStackError
from local.month_demo import show_month
from local.progress import Progress
from local.settings import Settings
from local.stack import Stack, running

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def main(arguments: list[str]) -> int:
    """Start the stack and execute a command. Return the exit status.

    `demo` publishes a post and stops. `run` publishes a post and serves until Ctrl-C. `month` shows the metrics of a
    simulated month and stops.
    """
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=["run", "demo", "month"])
    command = parser.parse_args(arguments).command
    for signum in _STOP_SIGNALS:
        signal.signal(signum, _interrupt)
    progress = Progress()
    try:
        with running(Settings.from_environ(), progress) as stack:
            with progress.step(f"Accounts of the owner {DEMO_USER} on all platforms"):
                connect_demo_accounts(stack)
            if command == "month":
                return 0 if show_month(stack, progress) else 1
            if command == "run":
                show_planner(stack, progress)
            published = publish_one(stack, progress)
            show_addresses(stack, progress)
            if command == "run":
                _serve(stack, progress)
    except LocalStackError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress.line("\nStopped.")
        return 0 if command == "run" else 130
    return 0 if published else 1


def _serve(stack: Stack, progress: Progress) -> None:
    progress.line("Running. Press Ctrl-C to stop.")
    while True:
        stack.require_running()
        time.sleep(1)


def _interrupt(_signum: int, _frame: FrameType | None) -> None:
    # Ignore any further signal, because a second Ctrl-C would interrupt the shutdown.
    for signum in _STOP_SIGNALS:
        signal.signal(signum, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
