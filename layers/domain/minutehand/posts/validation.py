"""Checks posts against the rules of their platforms, with what can be found out about their media in time."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import reduce
from typing import TYPE_CHECKING, Any

from minutehand.connections.store import queries as connection_queries
from minutehand.media.references import PREFIX, media_info
from minutehand.platforms.catalog import display_name
from minutehand.platforms.rulebook import rulebook_for
from minutehand.platforms.validation import BROKEN_RULE, Issue, ProbeFailure, ProbeResult, Report, check, media_of
from minutehand.posts.times import Notice
from minutehand.runtime.db import Database
from minutehand.runtime.errors import InvalidInput

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober

MAX_ISSUES = 50
"""Problems that one answer lists; whoever has more of them is helped by the first few."""
NO_SUCH_ITEM = ProbeFailure("media_not_found", "There is no such file in your media library.", transient=False)

type Post = Mapping[str, Any]
"""A row of a post, or what would become one."""


def reports(
    db: Database, owner_id: str, post: Post, prober: "Callable[[], Prober]", *, seconds: float
) -> dict[str, Report]:
    """Return what each platform of ``post`` would say. ``seconds``: how long media may be looked at, in all.

    ``prober`` is opened only when the post has media at web addresses.
    """
    urls = {url for platform in post["platforms"] for url in media_of(post, platform)}
    items = {url for url in urls if url.startswith(PREFIX)}
    looked: dict[str, ProbeResult] = dict.fromkeys(items, NO_SUCH_ITEM)
    looked |= media_info(db, owner_id, items)
    if elsewhere := sorted(urls - items):
        looked |= prober().probe(elsewhere, seconds=seconds)
    limits = _limits(db, owner_id, post)
    return {
        platform: reduce(Report.merged_with, (check(post, platform, looked, each) for each in limits[platform] or [{}]))
        for platform in post["platforms"]
    }


def notices(found: Mapping[str, Report]) -> list[Notice]:
    """Return what is to be pointed out about a post that is written all the same.

    What is wrong with a medium is said once, not for every platform.
    """
    said: dict[tuple[str, str], Notice] = {}
    for platform, verdict in found.items():
        for issue in (*verdict.errors, *verdict.warnings):
            only = platform if issue.code == BROKEN_RULE else None
            said.setdefault((only or "", issue.message), Notice(issue.field, issue.code, issue.message, only))
    return list(said.values())[:MAX_ISSUES]


def refuse(found: Mapping[str, Report]) -> None:
    """Check that no platform would refuse the post for certain.

    Raises:
        InvalidInput: one would; the details name each problem.
    """
    problems = [(platform, issue) for platform, verdict in found.items() for issue in verdict.errors]
    if problems:
        platform, first = problems[0]
        more = f" And {len(problems) - 1} more: see the details." if len(problems) > 1 else ""
        raise InvalidInput(
            f"{display_name(platform)} would not take this post. {first.message}{more}",
            code=BROKEN_RULE,
            details=[{"platform": platform, **_issue(issue)} for platform, issue in problems[:MAX_ISSUES]],
        )


def rendered(verdict: Report) -> dict[str, object]:
    """Return a verdict as the API shows it."""
    return {
        "valid": not verdict.errors,
        "errors": [_issue(issue) for issue in verdict.errors],
        "warnings": [_issue(issue) for issue in verdict.warnings],
        "parts": [{"length": part.length, "limit": part.limit, "unit": part.unit} for part in verdict.parts],
    }


def _issue(issue: Issue) -> dict[str, object]:
    return asdict(issue)


def _limits(db: Database, owner_id: str, post: Post) -> dict[str, list[Mapping[str, int]]]:
    """Return by platform the limits of the servers that the post goes to, where servers differ."""
    limits: dict[str, list[Mapping[str, int]]] = defaultdict(list)
    if platforms := [platform for platform in post["platforms"] if rulebook_for(platform).for_server]:
        rows = db.fetch(
            connection_queries["limits"],
            owner_id=owner_id,
            platforms=platforms,
            connection_ids=list(post["connection_ids"]),
            connection_platforms=list(post["connection_platforms"]),
        )
        for row in rows:
            limits[row["platform"]].append(row["limits"])
    return limits
