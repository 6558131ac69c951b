"""Run a module that exits when its parent process does: python -m local.exit_with_parent <module> [arguments].

Standard input is a pipe that the parent holds open. When the parent dies, even by a signal that it cannot catch, the
pipe closes and this process shuts down cleanly, so that no run leaves a port occupied.
"""

import os
import runpy
import signal
import sys
import threading

_STANDARD_INPUT = 0


def _end_with_parent() -> None:
    # Below the buffered reader, whose lock a thread that still reads would hold while the interpreter shuts down.
    while os.read(_STANDARD_INPUT, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True, name="end-with-parent").start()
    module = sys.argv[1]
    sys.argv = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
