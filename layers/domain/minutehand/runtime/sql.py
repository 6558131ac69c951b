"""Loads named SQL statements from a package's ``queries.sql``. A line ``-- name: <name>`` precedes each statement.

The line ``-- name: <name> (prepared)`` precedes a statement that Postgres may prepare once for each connection, because
its plan does not depend on the values of its parameters.

SQL that several statements share is a fragment in the ``fragments.sql`` of a feature. A statement refers to a fragment
as ``{<feature>.<name>}``, and is sent to Postgres with the text of the fragment.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import LiteralString, NamedTuple

from psycopg.sql import SQL, Identifier

_HEADING = re.compile(r"^-- name: (?P<name>[a-z_]+)(?P<prepared> \(prepared\))?[ \t]*$", re.MULTILINE)
_COMMENT = re.compile(r"^[ ]*--.*\n", re.MULTILINE)
_INDENTATION = re.compile(r"^[ ]{2,}", re.MULTILINE)
_REFERENCE = re.compile(r"\{(?P<feature>[a-z]+)\.(?P<name>[a-z_]+)\}")


class Query(NamedTuple):
    """A statement and its name. ``prepared``: whether Postgres may prepare the statement."""

    name: str
    text: LiteralString
    prepared: bool = False

    def with_columns(self, **columns: Iterable[str]) -> "Query":
        """Return the statement with each ``{name}`` replaced by the columns that are given for ``name``."""
        lists = {name: SQL(", ").join(map(Identifier, each)) for name, each in columns.items()}
        return self._replace(text=SQL(self.text).format(**lists).as_string())


class BadQueryFile(Exception):
    """A queries.sql or fragments.sql is not valid: a name occurs twice, the file has no names, or a fragment does not
    exist."""


def parse(text: str) -> dict[str, Query]:
    """Return the statements in ``text``, keyed by name.

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
        queries[name] = Query(name, body, heading["prepared"] is not None)
    return queries


class Statements(Mapping[str, Query]):
    """The statements of a package, keyed by name. A statement gets its fragments at its first use, because a function
    uses only a few statements.
    """

    def __init__(self, queries: Mapping[str, Query], root: str) -> None:
        """Create the mapping. ``queries``: the statements with references to fragments. ``root``: see `expand`."""
        self._queries = queries
        self._root = root
        self._expanded: dict[str, Query] = {}

    def __getitem__(self, name: str) -> Query:
        """Return the statement ``name``.

        Raises:
            BadQueryFile: the statement refers to a fragment that does not exist.
        """
        if name not in self._expanded:
            query = self._queries[name]
            self._expanded[name] = query._replace(text=_compact(expand(query.text, self._root)))
        return self._expanded[name]

    def __iter__(self) -> Iterator[str]:
        """Return an iterator over the names of the statements."""
        return iter(self._queries)

    def __len__(self) -> int:
        """Return the number of statements."""
        return len(self._queries)


@cache
def load(package: str) -> Statements:
    """Return the statements of ``package``, keyed by name. The file of each package is read only once.

    Raises:
        BadQueryFile: see `parse`.
    """
    return Statements(parse(_read(package, "queries.sql")), package.rpartition(".")[0])


def expand(text: str, root: str) -> str:
    """Return ``text`` with each reference ``{feature.name}`` replaced by the fragment of this name.

    The fragments of a feature are in the file ``fragments.sql`` of its package, which is part of the package ``root``.

    Raises:
        BadQueryFile: a fragment does not exist.
    """

    def fragment(reference: re.Match[str]) -> str:
        package, name = f"{root}.{reference['feature']}", reference["name"]
        if name not in _fragments(package):
            raise BadQueryFile(f"The package {package} has no fragment {name}.")
        return expand(_fragments(package)[name], root)

    return _REFERENCE.sub(fragment, text)


def _compact(text: str) -> str:
    """Return ``text`` without comment lines, and with one space of indentation. A short text is faster: for each
    call, psycopg searches a text of more than 4,096 bytes for parameters again
    (`psycopg._queries.MAX_CACHED_STATEMENT_LENGTH`), and Postgres parses the text.
    """
    return _INDENTATION.sub(" ", _COMMENT.sub("", text))


@cache
def _fragments(package: str) -> dict[str, str]:
    parsed = parse(_read(package, "fragments.sql")).values()
    return {each.name: _COMMENT.sub("", each.text).strip() for each in parsed}


def _read(package: str, name: str) -> str:
    # importlib.resources is not used: only files in archives need it, and its import slows down each cold start.
    [folder] = import_module(package).__path__
    return Path(folder, name).read_text(encoding="utf-8")
