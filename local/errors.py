"""The error that commands of the local stack report without a traceback."""


class LocalStackError(Exception):
    """An error whose message states the fault and, if it is known, the next step, for the developer at the terminal."""
