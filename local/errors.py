"""Errors of the local stack."""


class LocalStackError(Exception):
    """An error whose message tells the developer at the terminal what is wrong and what to do about it."""
