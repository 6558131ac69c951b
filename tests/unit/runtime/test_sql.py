"""Named SQL statements."""

import re

import pytest

import minutehand.connections
import minutehand.media
import minutehand.oauth
import minutehand.operations
import minutehand.posts
import minutehand.publishing
import minutehand.queue
import minutehand.runtime
from minutehand.runtime.sql import BadQueryFile, Query, expand, load, parse

FEATURES = (
    minutehand.connections,
    minutehand.media,
    minutehand.oauth,
    minutehand.operations,
    minutehand.posts,
    minutehand.publishing,
    minutehand.queue,
    minutehand.runtime,
)


def test_file_is_split_at_its_headings_and_the_text_before_them_is_ignored() -> None:
    queries = parse("-- About.\n\n-- name: one\n-- First.\nSELECT 1;\n\n-- name: two\t \nSELECT 2\n")
    assert queries == {"one": Query("one", "-- First.\nSELECT 1;"), "two": Query("two", "SELECT 2")}


def test_heading_can_mark_a_statement_as_prepared() -> None:
    queries = parse("-- name: one (prepared)\nSELECT 1;\n-- name: two\nSELECT 2;\n")
    assert {name: query.prepared for name, query in queries.items()} == {"one": True, "two": False}


@pytest.mark.parametrize("feature", [feature.__name__ for feature in FEATURES])
def test_prepared_statement_names_its_columns(feature: str) -> None:
    """If a migration added a column, Postgres would refuse a prepared statement that returns every column."""
    for query in load(feature).values():
        if query.prepared:
            _, _, last = query.text.rpartition("\nSELECT ")
            assert not re.search(r"(?<!\()\*", last.partition("\nFROM ")[0])
            assert "RETURNING *" not in query.text


def test_name_that_occurs_twice_is_refused() -> None:
    with pytest.raises(BadQueryFile, match="The name one occurs twice"):
        parse("-- name: one\nSELECT 1\n-- name: one\nSELECT 2\n")


@pytest.mark.parametrize("text", ["", "SELECT 1;", "-- name: Not A Name\nSELECT 1", "  -- name: indented\nSELECT 1"])
def test_file_without_a_heading_is_refused(text: str) -> None:
    with pytest.raises(BadQueryFile, match="There is no line"):
        parse(text)


@pytest.mark.parametrize("feature", [feature.__name__ for feature in FEATURES])
def test_statements_of_every_package_are_read_once_and_immutable(feature: str) -> None:
    queries = load(feature)
    assert queries
    assert load(feature) is queries
    for name, query in queries.items():
        assert query.name == name
        assert query.text.strip() not in ("", ";")
        assert not re.search(r"\{[a-z]+\.[a-z_]+\}", query.text)
    with pytest.raises(TypeError):
        queries["other"] = Query("other", "SELECT 1")  # type: ignore[index]


def test_columns_replace_their_placeholder() -> None:
    query = Query("copy", "INSERT INTO a ({fields}) SELECT {fields} FROM b WHERE id = %(id)s")

    assert query.with_columns(fields=["one", "two"]) == Query(
        "copy", 'INSERT INTO a ("one", "two") SELECT "one", "two" FROM b WHERE id = %(id)s'
    )


def test_reference_to_a_fragment_is_replaced_by_its_text_without_its_comment() -> None:
    assert expand("SELECT 1 WHERE state IN {queue.active};", "minutehand") == (
        "SELECT 1 WHERE state IN ('publishing', 'processing');"
    )


def test_references_within_a_fragment_are_replaced() -> None:
    assert "state IN ('published', 'unknown')" in expand("{queue.destinations}", "minutehand")


@pytest.mark.parametrize("text", ["'{}'", "SELECT {fields}", "'[0-9]{3}'"])
def test_other_braces_are_kept(text: str) -> None:
    assert expand(text, "minutehand") == text


def test_reference_to_a_fragment_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadQueryFile, match=r"The package minutehand\.queue has no fragment opne\."):
        expand("state IN {queue.opne}", "minutehand")


@pytest.mark.parametrize("feature", [feature.__name__ for feature in FEATURES])
def test_statement_is_sent_without_lines_with_comments_and_without_deep_indentation(feature: str) -> None:
    """No text may contain a line break, because it would lose the spaces after the break."""
    statements = load(feature)
    for query in statements.values():
        assert [line for line in query.text.splitlines() if line.strip(" ").startswith("--") or line[:2] == "  "] == []
    for query in statements._queries.values():
        code = [line.partition("--")[0] for line in query.text.splitlines()]
        assert [line for line in code if line.count("'") % 2] == []
