"""Reads docs/api.md: its sections, their tables, prose and examples."""

import re
import shlex
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from local import template
from local.settings import ROOT

BASE = "/api/social/"
POST_FIELDS = "The fields of a post"
_CALL = re.compile(r"`([A-Z]+) ([a-z/.]+)`")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"`([^`]+)`")
_TABLE = re.compile(r"^(?:\|.*\n)+", re.MULTILINE)
_RESPONSE = re.compile(r"^[1-5][0-9][0-9]:\n(?:\n```\w*\n.*?^```$)?", re.MULTILINE | re.DOTALL)
_DESCRIBED_ELSEWHERE = frozenset(["field", "code", "result"])
"""The headings of the first columns of the tables that `prose` omits. The OpenAPI document describes their rows as
fields, errors and results.
"""
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]+\)")

NO_CALLS = frozenset(["functions/openapi", "functions/planner", "functions/preflight"])
"""The functions that serve no calls of the API: those for the OpenAPI document, the planner and preflight requests."""

type Route = tuple[str, str]
"""The method and the path, without the prefix of all paths."""


@dataclass(frozen=True, slots=True)
class Request:
    """An example of a call with curl."""

    route: Route
    query: dict[str, str]
    body: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """The content under a heading, up to the next heading."""

    heading: str
    text: str

    @property
    def routes(self) -> list[Route]:
        """The calls that the section describes."""
        return [(method, path) for method, path in _CALL.findall(self.heading)]

    def rows(self, first: str) -> dict[str, list[str]]:
        """Return the cells of the tables whose first column is called ``first``, keyed by the names in that column."""
        found: dict[str, list[str]] = {}
        cells: list[str] = []
        wanted = False
        for line in self.text.splitlines():
            if not line.startswith("|"):
                wanted, cells = False, []
                continue
            row = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not cells:
                cells, wanted = row, row[0].strip(" `") == first
            elif wanted and not row[0].startswith("---"):
                for name in _NAME.findall(row[0]):
                    assert name not in found, f"{name} is listed twice under {self.heading}"
                    found[name] = row[1:]
        return found

    def blocks(self, language: str) -> list[str]:
        """Return the examples in this language."""
        return [text for found, text in _BLOCK.findall(self.text) if found == language]

    @property
    def prose(self) -> str:
        """The content without links within the page, without examples of calls and responses, and without tables of
        fields, errors and results. The OpenAPI document has separate places for these examples and tables.
        """
        text = _RESPONSE.sub("", self.text)
        text = _BLOCK.sub(lambda block: "" if "$API" in block[0] else block[0], text)
        text = _TABLE.sub(lambda table: "" if _first_column(table[0]) in _DESCRIBED_ELSEWHERE else table[0], text)
        return plain(re.sub(r"\n{3,}", "\n\n", text).strip())

    def requests(self) -> list[Request]:
        """Return the examples of calls of the API."""
        return [_request(text) for text in self.blocks("sh") if text.startswith("curl ") and "$API" in text]


def _first_column(table: str) -> str:
    return table.split("|")[1].strip(" `")


def plain(text: str) -> str:
    """Return ``text`` without its links to other places in the documentation."""
    return _LINK.sub(r"\1", text)


@cache
def sections() -> dict[str, Section]:
    """Return the sections, keyed by heading."""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    parts = re.split(r"^#{1,3} (.+)$", text, flags=re.MULTILINE)[1:]
    return {heading: Section(heading, body) for heading, body in zip(parts[::2], parts[1::2], strict=True)}


def calls() -> dict[Route, Section]:
    """Return the section of docs/api.md that describes each call."""
    return {route: section for section in sections().values() for route in section.routes}


@cache
def routes() -> dict[Route, str]:
    """Return the folder of the function that serves each call, from the template."""
    functions = [
        resource["Properties"]
        for resource in template.load()["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]
    return {
        (event["Properties"]["Method"], event["Properties"]["Path"].removeprefix(BASE)): function[
            "CodeUri"
        ].removeprefix("functions/")
        for function in functions
        for event in function.get("Events", {}).values()
        if event["Type"] == "Api" and function["CodeUri"] not in NO_CALLS
    }


def _request(text: str) -> Request:
    arguments = iter(shlex.split(text.replace("\\\n", " "))[1:])
    method: str | None = None
    address, body = "", None
    for argument in arguments:
        match argument:
            case "-X":
                method = next(arguments)
            case "-d":
                body = next(arguments)
            case "-H" | "-b" | "-c":
                next(arguments)
            case "-s":
                pass
            case _:
                address = argument
    parts = urlsplit(address.removeprefix("$API/"))
    query: dict[str, Any] = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    return Request((method or ("GET" if body is None else "POST"), parts.path), query, body)
