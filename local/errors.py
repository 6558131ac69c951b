"""Errors of the local stack."""


class LocalStackError(Exception):
    """An error whose message tells the developer at the terminal the fault and the next step."""
