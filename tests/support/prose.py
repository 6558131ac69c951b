"""The prose of the project: docstrings, comments, messages, SQL comments, docs, and the template's texts."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs", "events", "functions", "layers/domain", "local", "tests", "web/src")
PAGES = ("README.md", "CHANGELOG.md", "Makefile", "template.yaml", "samconfig.toml", "pyproject.toml")
SUFFIXES = (".py", ".sql", ".md", ".js", ".ts", ".tsx", ".html", ".css")


@dataclass(frozen=True)
class Text:
    """A piece of prose: the file that contains it, the number of its first line, and its words on one line."""

    path: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words}"


class Name(NamedTuple):
    """The name of a class, of a type alias, or of what the code assigns, and the file that contains it."""

    path: str
    name: str
    is_type: bool


def texts() -> tuple[Text, ...]:
    """Return all prose of the project."""
    return _read()[0]


def names() -> tuple[Name, ...]:
    """Return the names in the code of the project."""
    return _read()[1]


@cache
def _read() -> tuple[tuple[Text, ...], tuple[Name, ...]]:
    """Return the prose and the names. Parsing the code takes longer than all other work on its language."""
    paths = [ROOT / page for page in PAGES]
    for folder in FOLDERS:
        paths += [path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in SUFFIXES]
    texts: list[Text] = []
    names: list[Name] = []
    for path in paths:
        if "node_modules" not in path.parts:
            where, source = str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
            if path.suffix == ".py":
                nodes = list(ast.walk(ast.parse(source)))
                names += _names(where, nodes)
                texts += _of_python(where, source, nodes)
            else:
                prose = r"--(.*)" if path.suffix == ".sql" else r"(.*\S.*)"
                texts += _paragraphs(where, source, re.compile(prose))
    return tuple(texts), tuple(names)


def _names(path: str, nodes: list[ast.AST]) -> Iterator[Name]:
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield Name(path, node.id, is_type=False)
        elif isinstance(node, ast.ClassDef):
            yield Name(path, node.name, is_type=True)
        elif isinstance(node, ast.TypeAlias):
            yield Name(path, node.name.id, is_type=True)


def _of_python(name: str, source: str, nodes: list[ast.AST]) -> Iterator[Text]:
    """Yield every string that holds several words, docstrings among them, and every block of comments."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
            yield Text(name, node.lineno, _on_one_line(node.value))
    block: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if block and token.start[0] != block[-1].start[0] + 1:
                yield _comment(name, block)
                block = []
            block.append(token)
    if block:
        yield _comment(name, block)


def _comment(name: str, block: list[tokenize.TokenInfo]) -> Text:
    return Text(name, block[0].start[0], _on_one_line(" ".join(token.string.lstrip("# ") for token in block)))


def _paragraphs(name: str, source: str, prose: re.Pattern[str]) -> Iterator[Text]:
    """Yield the text of lines that follow each other and hold ``prose``."""
    lines: list[str] = []
    for number, line in enumerate([*source.splitlines(), ""], start=1):
        if found := prose.search(line):
            lines.append(found[1])
        elif lines:
            yield Text(name, number - len(lines), _on_one_line(" ".join(lines)))
            lines = []


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
