"""README, docs and the Makefile name only existing files, sections, modules, targets and parameters."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import template
from local.openapi.stored import DOCUMENT
from local.settings import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
MAKEFILE = ROOT / "Makefile"
GENERATED = {DOCUMENT}
"""Files that the targets write, which are not in the repository."""
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
FOLDERS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))
_PATH = re.compile(rf"(?<![\w/.$>{{}}-])(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*<>-]*")
_FILE = re.compile(r"(?<![\w/.<>-])[\w.-]+\.(?:yaml|toml|lock)\b")
_LINK = re.compile(r"\]\((?!https?://)([^)#]*)(#[^)]*)?\)")
_MODULE = re.compile(r"`(minutehand(?:\.\w+)+)`")
_TEST = re.compile(r"`(test_\w+)`")
_TARGET = re.compile(r"\bmake ([a-z]+)\b")
_PARAMETER = re.compile(r"[`\"]([A-Z][a-z]+[A-Z]\w+)=(?!=)")
_DEFINED = re.compile(r"^ *def (test_\w+)", re.MULTILINE)
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_DIAGRAM = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)
_JOINED = re.compile(r"\S {2,}\S|sequenceDiagram.|stateDiagram-v2.|>>.*>>")
"""Two statements in one line of a diagram. An indent, the type of the diagram or a message precedes the second."""
_MESSAGES = re.compile(r"^\| message \|.*\n\|.*\n((?:\|.*\n)+)", re.MULTILINE)
_LOG_FILTER = re.compile(r"""lines [\w-]+ '"([^"<]+)"'""")
FROM_LAMBDA = {"Task timed out"}
"""Log messages of Lambda itself."""


def code(page: Path) -> str:
    """Return the code of a page: whole blocks, and words between backticks."""
    return "\n".join(_CODE.findall(page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def missing(text: str) -> Iterator[str]:
    """Return the paths in ``text`` that do not exist; ``<name>`` matches any name."""
    for found in {*_PATH.findall(text), *_FILE.findall(text)}:
        pattern = re.sub(r"<\w+>", "*", found).rstrip("./") if "<" in found or "*" in found else found.rstrip(".")
        there = any(ROOT.glob(pattern)) if "*" in pattern else (ROOT / pattern).exists() or ROOT / pattern in GENERATED
        if not there:
            yield found


@pytest.mark.parametrize("name", [*NAMES, "Makefile"])
def test_named_paths_exist(name: str) -> None:
    text = MAKEFILE.read_text(encoding="utf-8") if name == "Makefile" else code(ROOT / name)

    assert sorted(missing(text)) == []


@pytest.mark.parametrize("name", NAMES)
def test_links_are_not_broken(name: str) -> None:
    page = ROOT / name
    for file, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{name} links to {file}"
        assert not anchor or anchor.removeprefix("#") in anchors(target), f"{name} links to {file}{anchor}"


@pytest.mark.parametrize("name", NAMES)
def test_lines_of_diagrams_are_not_joined(name: str) -> None:
    """Check that each statement has its own line. Otherwise Mermaid reads it as part of the label before it."""
    diagrams = _DIAGRAM.findall((ROOT / name).read_text(encoding="utf-8"))

    assert [line for diagram in diagrams for line in diagram.splitlines() if _JOINED.search(line)] == []


@pytest.mark.parametrize("name", NAMES)
def test_named_modules_can_be_imported(name: str) -> None:
    for module in _MODULE.findall((ROOT / name).read_text(encoding="utf-8")):
        assert importlib.util.find_spec(module), f"{name} names {module}"


def test_named_tests_exist() -> None:
    tests = {name for path in (ROOT / "tests").rglob("test_*.py") for name in _DEFINED.findall(path.read_text("utf-8"))}

    named = {(name, test) for name in NAMES for test in _TEST.findall((ROOT / name).read_text(encoding="utf-8"))}
    assert {(name, test) for name, test in named if test not in tests} == set()


def test_named_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE.read_text(encoding="utf-8"), re.MULTILINE))

    named = {(name, target) for name in NAMES for target in _TARGET.findall(code(ROOT / name))}
    assert {(name, target) for name, target in named if target not in targets} == set()


def test_named_parameters_exist() -> None:
    parameters = set(template.load()["Parameters"])

    named = {(name, parameter) for name in NAMES for parameter in _PARAMETER.findall(code(ROOT / name))}
    assert {(name, parameter) for name, parameter in named if parameter not in parameters} == set()


def test_log_messages_of_the_operations_page_exist() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = [row for table in _MESSAGES.findall(page) for row in table.splitlines()]
    named = {message for row in rows for message in re.findall(r"`([^`]+)`", row.split("|")[1])}
    named |= set(_LOG_FILTER.findall(page))
    sources = [
        path.read_text(encoding="utf-8") for name in ("layers", "functions") for path in (ROOT / name).rglob("*.py")
    ]

    assert {"internal error", "dead letters"} <= named
    assert {message for message in named - FROM_LAMBDA if not any(message in source for source in sources)} == set()


def test_every_page_is_reachable_from_the_readme() -> None:
    """Follow the links, beginning with the README."""
    found, pending = set(), [ROOT / "README.md"]
    while pending:
        page = pending.pop()
        if page in found or page.suffix != ".md":
            continue
        found.add(page)
        for file, _ in _LINK.findall(page.read_text(encoding="utf-8")):
            target = (page.parent / file).resolve()
            pending += sorted(target.glob("*.md")) if target.is_dir() else [target]

    assert {page for page in PAGES if page not in found} <= {ROOT / "CHANGELOG.md"}
