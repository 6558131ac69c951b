"""Finds the newest revision of this release without loading Alembic."""

from functools import cache
from pathlib import Path

VERSIONS = Path(__file__).with_name("versions")


@cache
def newest_revision() -> str:
    """Return the number of the newest revision of this release, which identifies the schema that the release needs.

    A release contains all revisions up to its newest one. A release therefore contains an expansion if its newest
    revision is that expansion or a later revision.
    """
    return max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
