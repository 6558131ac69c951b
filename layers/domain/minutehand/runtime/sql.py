"""SQL in named blocks: a feature's statements stand in its ``queries.sql``, each under a line ``-- name: <name>``."""

import re
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import LiteralString, NamedTuple

_HEADING = re.compile(r"^-- name: (?P<name>[a-z_]+)[ \t]*$", re.MULTILINE)


class Query(NamedTuple):
    """One statement and the name it is known by in logs and tests."""

    name: str
    text: LiteralString


class BadQueryFile(Exception):
    """A queries.sql cannot be read: a name stands twice, or a statement has none."""


def parse(text: str) -> dict[str, Query]:
    """Split ``text`` at its headings.

    Raises:
        BadQueryFile: a name occurs twice, or no heading was found.
    """
    headings = list(_HEADING.finditer(text))
    if not headings:
        raise BadQueryFile("No line '-- name: <name>' was found.")
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    queries: dict[str, Query] = {}
    for heading, end in zip(headings, ends, strict=True):
        name = heading["name"]
        if name in queries:
            raise BadQueryFile(f"The query {name} stands twice.")
        body = text[heading.end() : end].strip()
        queries[name] = Query(name, body)
    return queries


@cache
def load(package: str) -> MappingProxyType[str, Query]:
    """Return the queries of ``package``, read once.

    Raises:
        BadQueryFile: see `parse`.
    """
    return MappingProxyType(parse(files(package).joinpath("queries.sql").read_text(encoding="utf-8")))
