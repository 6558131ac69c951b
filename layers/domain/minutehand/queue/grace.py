"""How late is still now."""

from datetime import timedelta

GRACE = timedelta(seconds=60)
"""A time that is past by no more than this is taken for now."""
