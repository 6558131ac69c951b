"""What keeps the local stack from starting."""


class LocalStackError(Exception):
    """A sentence for the person at the terminal: what is wrong and what to do about it."""
