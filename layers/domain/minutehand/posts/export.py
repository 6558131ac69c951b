"""Exports posts page by page, as a table (CSV, RFC 4180) or as JSON lines."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from minutehand.platforms.metric_names import SUMMABLE
from minutehand.posts.forms.export import ExportQuery
from minutehand.posts.listing import cursor_after, find_matching
from minutehand.posts.reading import with_publications
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.response import Response, to_json
from minutehand.runtime.timestamps import format_timestamp

MAX_PAGE_BYTES = 1_500_000
"""The maximum size of a page with several posts, in bytes of UTF-8. Lambda refuses a response of more than 6 MB,
including the characters that JSON needs to escape the page.
"""
COLUMNS = (
    *("id", "status", "content", "platforms", "accounts", "scheduledAt", "scheduledAtLocal", "timezone", "postedAt"),
    *("campaign", "notes", "mediaUrls", "approvalRequired", "approvalStatus", "failureReason", "permalinks"),
    *("createdBy", "createdAt", "updatedAt", "version"),
)
METRIC_COLUMNS = ("metricsAsOf", *SUMMABLE)
"""The additional columns of an export with metrics. A cell is empty if no platform returned the metric."""
FORMULA_CHARACTERS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""A spreadsheet may evaluate a cell that begins with one of these characters as a formula (OWASP, CSV Injection). The
four Unicode escapes are the full-width forms of the first four characters.
"""

type Post = Mapping[str, Any]
"""A post as the API shows it."""


def export(db: Database, reader: Identity, query: ExportQuery) -> Response:
    """Return a page of the matching posts, oldest first. The header Link contains the address of the next page, if
    there is one.

    A page of large posts may contain fewer posts than ``take``, but contains at least one if any post remains.

    Raises:
        InvalidInput: the cursor is not valid for this export, or the filters are invalid.
    """
    rows, pagination = find_matching(db, reader, query, order_by="oldest", take=query.take, cursor=query.cursor)
    posts: Sequence[Post] = _with_accounts(db, reader, with_publications(db, reader, rows))
    columns: Sequence[str] = COLUMNS
    if query.include == "metrics":
        posts, columns = _with_metrics(db, reader, posts), (*COLUMNS, *METRIC_COLUMNS)
    shown = _within_limit(_FORMATS[query.format](post, columns) for post in posts)
    next_cursor = pagination["nextCursor"]
    if len(shown) < len(rows):
        next_cursor = cursor_after(reader, query, "oldest", rows[len(shown) - 1])
    text = "".join([_csv_row(columns), *shown] if query.format == "csv" else shown)
    headers = {"Content-Disposition": f'attachment; filename="posts.{query.format}"'}
    if next_cursor is not None:
        headers["Link"] = f'<?{_next_query(query, next_cursor)}>; rel="next"'
    return Response(200, text, content_type=_CONTENT_TYPES[query.format], headers=headers)


def _within_limit(texts: Iterable[str]) -> list[str]:
    kept: list[str] = []
    size = 0
    for text in texts:
        size += len(text.encode())
        if kept and size > MAX_PAGE_BYTES:
            break
        kept.append(text)
    return kept


def _next_query(query: ExportQuery, cursor: str) -> str:
    given = query.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
    return urlencode(given | {"cursor": cursor})


def _with_accounts(db: Database, reader: Identity, posts: Sequence[Post]) -> list[Post]:
    """Return ``posts``, each with ``accounts``: the platforms and handles of the accounts to which the post goes."""
    ids = [post["id"] for post in posts]
    found = db.fetch(_queries["accounts"], post_ids=ids, owner_id=reader.owner_id) if ids else ()
    accounts = {str(row["post_id"]): row["accounts"] for row in found}
    return [{**post, "accounts": accounts[post["id"]]} for post in posts]


def _with_metrics(db: Database, reader: Identity, posts: Sequence[Post]) -> list[Post]:
    """Return ``posts``, each with ``metrics``, the sums over its publications, and ``metricsAsOf``, the time of the
    newest metric.
    """
    ids = [post["id"] for post in posts]
    found = db.fetch(_queries["metric_sums"], post_ids=ids, owner_id=reader.owner_id, metric_names=list(SUMMABLE))
    as_of = {str(row["post_id"]): format_timestamp(row["as_of"]) for row in found}
    sums: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in found:
        if row["name"] is not None:
            sums[str(row["post_id"])][row["name"]] = row["value"]
    return [{**post, "metricsAsOf": as_of.get(post["id"]), "metrics": sums[post["id"]]} for post in posts]


def _csv(post: Post, columns: Sequence[str]) -> str:
    return _csv_row([_cell(post, column) for column in columns])


def _csv_row(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _cell(post: Post, column: str) -> str:
    if column == "permalinks":
        value: Any = [each["permalink"] for each in post["publications"] if each["permalink"]]
    elif column == "accounts":
        value = ", ".join(each["handle"] for each in post["accounts"])  # a handle may contain spaces
    elif column in SUMMABLE:
        value = post["metrics"].get(column)
    else:
        value = post[column]
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            value = " ".join(map(str, value))
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_CHARACTERS) else text


def _json_line(post: Post, _: Sequence[str]) -> str:
    return f"{to_json(post)}\n"


_FORMATS: Mapping[str, Callable[[Post, Sequence[str]], str]] = {"csv": _csv, "jsonl": _json_line}
_CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}
_queries = sql.load(__package__)
