"""Validates posts against the rules of their platforms, using the types, sizes and dimensions of their media."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from minutehand.media.references import PREFIX, media_info
from minutehand.platforms.catalog import display_name
from minutehand.platforms.rulebook import Unit, rulebook_for
from minutehand.platforms.validation import (
    BROKEN_RULE,
    MAY_BE_REFUSED,
    Issue,
    ProbeFailure,
    ProbeResult,
    Report,
    check,
    media_of,
)
from minutehand.posts.times import Notice
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import InvalidInput

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober

OF_ONE_PLATFORM = frozenset([BROKEN_RULE, MAY_BE_REFUSED])
"""The codes of problems that concern one platform. The other codes report a media item that could not be
probed, or is not in the library.
"""
MAX_ISSUES = 50
"""The maximum number of warnings that `notices` returns, and of problems in the details of an error."""
NO_SUCH_ITEM = ProbeFailure(
    "media_not_found", "Your media library has no finished item with this URL. Upload the file first.", transient=False
)

type Post = Mapping[str, Any]
"""The row of a post, or the values of a post that has not been saved."""


def reports(
    db: Database, owner_id: str, post: Post, prober: "Callable[[], Prober]", *, seconds: float
) -> dict[str, Report]:
    """Return a report for each platform of ``post``. ``seconds`` is the maximum total time for probing its media.

    ``prober`` is called only if the post has media at web addresses.
    """
    urls = {url for platform in post["platforms"] for url in media_of(post, platform)}
    items = {url for url in urls if url.startswith(PREFIX)}
    probed: dict[str, ProbeResult] = dict.fromkeys(items, NO_SUCH_ITEM)
    probed |= media_info(db, owner_id, items)
    if elsewhere := sorted(urls - items):
        probed |= prober().probe(elsewhere, seconds=seconds)
    limits = _limits(db, owner_id, post)
    return {platform: check(post, platform, probed, limits[platform]) for platform in post["platforms"]}


def notices(reports: Mapping[str, Report]) -> list[Notice]:
    """Return the problems in ``reports`` as warnings. Warnings do not prevent the post from being saved.

    A media item that could not be probed, or is not in the library, causes a single warning for all platforms. Any
    other problem appears once for each platform that has the problem.
    """
    collected: dict[tuple[str, str], Notice] = {}
    for platform, report in reports.items():
        for issue in (*report.errors, *report.warnings):
            only = platform if issue.code in OF_ONE_PLATFORM else None
            collected.setdefault((only or "", issue.message), Notice(issue.field, issue.code, issue.message, only))
    return list(collected.values())[:MAX_ISSUES]


def require_valid(reports: Mapping[str, Report]) -> None:
    """Check that no report has an error.

    Raises:
        InvalidInput: a platform would reject the post. The error's details list up to `MAX_ISSUES` problems.
    """
    problems = [(platform, issue) for platform, report in reports.items() for issue in report.errors]
    if problems:
        platform, first = problems[0]
        more = f" The details list {min(len(problems), MAX_ISSUES) - 1} more." if len(problems) > 1 else ""
        raise InvalidInput(
            f"{display_name(platform)} would reject this post. {first.message}{more}",
            code=BROKEN_RULE,
            details=[{"platform": platform, **_issue(issue)} for platform, issue in problems[:MAX_ISSUES]],
        )


class ReportedIssue(TypedDict):
    """A problem with a post on one platform."""

    field: str
    """The path of the field in the request."""
    code: str
    """A stable code, which programs can compare."""
    message: str
    """The description of the problem, for people."""


class PartLength(TypedDict):
    """The length of the text of one part of a post, and the platform's limit, both in ``unit``."""

    length: int
    limit: int | None
    """The maximum length, or null if the account's server does not publish its limit."""
    unit: Unit


class PlatformReport(TypedDict):
    """The result of the validation against the rules of one platform."""

    valid: bool
    errors: list[ReportedIssue]
    """The problems for which the platform is certain to refuse the post."""
    warnings: list[ReportedIssue]
    """Content that the platform may refuse, and media items that could not be checked."""
    parts: list[PartLength]


def rendered(report: Report) -> PlatformReport:
    """Return the fields of a report that the API shows."""
    return {
        "valid": not report.errors,
        "errors": [_issue(issue) for issue in report.errors],
        "warnings": [_issue(issue) for issue in report.warnings],
        "parts": [{"length": part.length, "limit": part.limit, "unit": part.unit} for part in report.parts],
    }


def _issue(issue: Issue) -> ReportedIssue:
    return {"field": issue.field, "code": issue.code, "message": issue.message}


def _limits(db: Database, owner_id: str, post: Post) -> dict[str, list[Mapping[str, int]]]:
    """Return the limits of the post's servers, keyed by platform, for platforms on which each server sets its own
    limits.
    """
    limits: dict[str, list[Mapping[str, int]]] = defaultdict(list)
    if platforms := [platform for platform in post["platforms"] if rulebook_for(platform).for_server]:
        rows = db.fetch(
            _queries["limits"],
            post_id=post.get("id"),
            owner_id=owner_id,
            platforms=platforms,
            connection_ids=list(post["connection_ids"]),
            connection_platforms=list(post["connection_platforms"]),
        )
        for row in rows:
            limits[row["platform"]].append(row["limits"] or {})
    return limits


_queries = sql.load(__package__)
