"""Runs a module, and exits when the parent process exits: python -m local.exit_with_parent <module> [arguments].

Standard input is a pipe that the parent holds open. When the parent exits, even by a signal that it cannot catch, the
pipe closes and this process shuts down cleanly, so that no run leaves a port in use.
"""

import os
import runpy
import signal
import sys
import threading

_STANDARD_INPUT = 0


def _exit_with_parent() -> None:
    # A buffered reader is not used, because this thread would hold its lock while the interpreter shuts down.
    while os.read(_STANDARD_INPUT, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_exit_with_parent, daemon=True, name="exit-with-parent").start()
    module = sys.argv[1]
    sys.argv = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
