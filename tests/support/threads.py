"""Things that happen at the same time, for real."""

import threading
from collections.abc import Callable


def at_once(*processes: Callable[[], object]) -> None:
    """Run these in threads of their own, started together; the first failure of one is raised."""
    failures: list[BaseException] = []
    start = threading.Barrier(max(len(processes), 1))

    def run(process: Callable[[], object]) -> None:
        start.wait()
        try:
            process()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(process,)) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
