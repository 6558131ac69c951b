"""Loads named SQL statements from a package's ``queries.sql``. A line ``-- name: <name>`` precedes each statement."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import LiteralString, NamedTuple

from psycopg.sql import SQL, Identifier

_HEADING = re.compile(r"^-- name: (?P<name>[a-z_]+)[ \t]*$", re.MULTILINE)


class Query(NamedTuple):
    """A statement and its name."""

    name: str
    text: LiteralString

    def with_columns(self, **columns: Iterable[str]) -> "Query":
        """Return the statement with each ``{name}`` replaced by the columns that are given for ``name``."""
        lists = {name: SQL(", ").join(map(Identifier, each)) for name, each in columns.items()}
        return self._replace(text=SQL(self.text).format(**lists).as_string())


class BadQueryFile(Exception):
    """A queries.sql is not valid: a name occurs twice, or the file has no names."""


def parse(text: str) -> dict[str, Query]:
    """Return the statements in ``text`` by their names.

    Raises:
        BadQueryFile: a name occurs twice, or ``text`` has no names.
    """
    headings = list(_HEADING.finditer(text))
    if not headings:
        raise BadQueryFile("There is no line '-- name: <name>'.")
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    queries: dict[str, Query] = {}
    for heading, end in zip(headings, ends, strict=True):
        name = heading["name"]
        if name in queries:
            raise BadQueryFile(f"The name {name} occurs twice.")
        body = text[heading.end() : end].strip()
        queries[name] = Query(name, body)
    return queries


@cache
def load(package: str) -> MappingProxyType[str, Query]:
    """Return the statements of ``package`` by their names. The file of each package is read only once.

    Raises:
        BadQueryFile: see `parse`.
    """
    return MappingProxyType(parse(files(package).joinpath("queries.sql").read_text(encoding="utf-8")))
