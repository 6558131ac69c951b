"""Validate all parts of a post for a platform, with the known facts about the media items."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from minutehand.platforms import composition
from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.media_size import size_is_missing
from minutehand.platforms.rulebook import (
    About,
    Rulebook,
    TextLength,
    is_media_url,
    rulebook_for,
    rulebook_for_any_server,
)

BROKEN_RULE, MAY_BE_REFUSED, NOT_CHECKED = "invalid_content", "may_be_refused", "media_not_checked"
_ANY_REMOTE_ID = "0"
"""A placeholder for the remote id of the previous part. The rules check only whether a previous part exists."""


class ProbeFailure(NamedTuple):
    """The reason why nothing is known about a media item. ``transient``: whether a later probe may succeed."""

    code: str
    sentence: str
    transient: bool


type ProbeResult = MediaInfo | ProbeFailure


class Issue(NamedTuple):
    """A problem with a post. ``field`` is the path of the field that causes it, in the body of the request."""

    code: str
    field: str
    message: str


class Report(NamedTuple):
    """The result of the validation for one platform.

    ``errors``: problems for which the platform refuses the post. ``warnings``: unchecked media, and content that the
    platform may refuse.
    """

    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    parts: tuple[TextLength, ...]
    """The length of the text of each part. If the accounts are on several servers, this is the length that is closest
    to its limit.
    """


def media_of(post: Mapping[str, Any], platform: str) -> dict[str, str]:
    """Return the fields that contain the media items of ``post`` on ``platform``, keyed by the URL of the item."""
    found: dict[str, str] = {}
    for part in range(1, composition.part_count(post, platform) + 1):
        urls = composition.compose(post, platform, part).media_urls
        for position, url in enumerate(urls):
            found.setdefault(url, f"{_field(post, platform, part, 'media')}[{position}]")
    options = post["platform_options"].get(platform, {})
    for option in rulebook_for(platform).option_media or ():
        if is_media_url(url := options.get(option)):
            found.setdefault(url, f"platformOptions.{platform}.{option}")
    return found


def check(
    post: Mapping[str, Any],
    platform: str,
    probed: Mapping[str, ProbeResult],
    servers: Iterable[Mapping[str, int]] = (),
) -> Report:
    """Return the report on ``post`` for ``platform``. ``post`` is a stored or an unsaved row.

    ``probed``: the results of probing, keyed by URL. The files of media items without a result are not checked.
    ``servers``: the limits that the server of each account publishes. ``servers`` is empty if there is no account.

    For servers with the same limits, each text is measured and checked only once, because a post may have dozens of
    accounts and parts, and a text of 100,000 characters.
    """
    distinct = {tuple(sorted(limits.items())): limits for limits in servers}
    books = [rulebook_for(platform, limits) for limits in distinct.values()] or [rulebook_for(platform)]
    issues, cautions, lengths = list(_follow_up_issues(post, platform, books[0])), list[Issue](), []
    no_follow_ups = bool(issues)
    for part in range(1, composition.part_count(post, platform) + 1):
        content = composition.compose(post, platform, part, _ANY_REMOTE_ID if part > 1 else None)
        media = [_media_info(probed, url) for url in content.media_urls]
        measured = [(book, book.text_lengths(content, media)) for book in books]
        lengths.append(min((lengths_of_book[0] for _, lengths_of_book in measured), key=attrgetter("room")))
        if part > 1 and no_follow_ups:
            continue  # the platform allows no later parts, so their content is not checked
        for book, lengths_of_book in measured:
            issues += _part_issues(post, platform, part, content, media, book, lengths_of_book)
            issues += _size_issues(post, platform, part, content, media, book)
            cautions += _part_cautions(post, platform, part, content, media, book)
    for book in books:
        issues += _option_media_issues(post, platform, probed, book)
    probe_issues = [
        (Issue(result.code, field, result.sentence), result.transient)
        for url, field in media_of(post, platform).items()
        if isinstance(result := probed.get(url), ProbeFailure)
    ]
    errors = [*issues, *(issue for issue, transient in probe_issues if not transient)]
    warnings = [*cautions, *(issue for issue, transient in probe_issues if transient)]
    return Report(tuple(dict.fromkeys(errors)), tuple(dict.fromkeys(warnings)), tuple(lengths))


def later_part_problems(post: Mapping[str, Any], platform: str) -> list[str]:
    """Return the problems of the later parts of ``post``, including a first comment.

    The publisher calls this function before it publishes the first part, so that it does not begin a thread that cannot
    be completed. The files of media items and the limits of individual servers are not checked, because they may change
    before a part is published.
    """
    later = range(2, composition.part_count(post, platform) + 1)
    if not later:
        return []
    book = rulebook_for_any_server(platform)
    issues = list(_follow_up_issues(post, platform, book))
    for part in () if issues else later:
        content = composition.compose(post, platform, part, _ANY_REMOTE_ID)
        issues += _part_issues(post, platform, part, content, [MediaInfo(url) for url in content.media_urls], book)
    return [issue.message for issue in issues]


def _part_issues(
    post: Mapping[str, Any],
    platform: str,
    part: int,
    content: Content,
    media: list[MediaInfo],
    book: Rulebook,
    lengths: Sequence[TextLength] | None = None,
) -> Iterator[Issue]:
    for about, sentence in book.findings(content, media, lengths):
        if part > 1 and about == "options":
            continue  # problems with the options of a thread are reported once, for the first part
        yield Issue(BROKEN_RULE, _field(post, platform, part, about), _part_prefix(post, platform, part) + sentence)


def _size_issues(
    post: Mapping[str, Any], platform: str, part: int, content: Content, media: list[MediaInfo], book: Rulebook
) -> Iterator[Issue]:
    """Yield an issue for each probed item whose size is unknown, although the upload requires the size."""
    for position, item in enumerate(media):
        if item.is_known and item.size_bytes is None and book.needs_size(item, content):
            yield Issue(BROKEN_RULE, f"{_field(post, platform, part, 'media')}[{position}]", size_is_missing(item))


def _part_cautions(
    post: Mapping[str, Any], platform: str, part: int, content: Content, media: list[MediaInfo], book: Rulebook
) -> Iterator[Issue]:
    for about, sentence in book.cautions(content, media):
        field = _field(post, platform, part, about)
        yield Issue(MAY_BE_REFUSED, field, _part_prefix(post, platform, part) + sentence)


def _option_media_issues(
    post: Mapping[str, Any], platform: str, probed: Mapping[str, ProbeResult], book: Rulebook
) -> Iterator[Issue]:
    options = post["platform_options"].get(platform, {})
    for option, problems in (book.option_media or {}).items():
        url = options.get(option)
        if is_media_url(url) and isinstance(item := probed.get(url), MediaInfo):
            for sentence in problems(item):
                yield Issue(BROKEN_RULE, f"platformOptions.{platform}.{option}", sentence)


def _follow_up_issues(post: Mapping[str, Any], platform: str, book: Rulebook) -> Iterator[Issue]:
    """Yield an issue for each kind of later part (thread or comment) that the platform does not allow for the post."""
    options = post["platform_options"].get(platform, {})
    if options.get(composition.THREAD) and book.replies != "thread":
        sentence = f"{book.name} has no threads. Remove thread, or publish its parts as separate posts."
        yield Issue(BROKEN_RULE, f"platformOptions.{platform}.{composition.THREAD}", sentence)
    if options.get(composition.FIRST_COMMENT):
        field = f"platformOptions.{platform}.{composition.FIRST_COMMENT}"
        if book.replies == "none":
            yield Issue(BROKEN_RULE, field, f"{book.name} accepts no comments from apps. Remove firstComment.")
        for sentence in book.comments_disabled(options):
            yield Issue(BROKEN_RULE, field, sentence)


def _media_info(probed: Mapping[str, ProbeResult], url: str) -> MediaInfo:
    result = probed.get(url)
    return result if isinstance(result, MediaInfo) else MediaInfo(url)


def _field(post: Mapping[str, Any], platform: str, part: int, about: About) -> str:
    """Return the path of the request field that contains the text, media or options of a part."""
    options = f"platformOptions.{platform}"
    if part > 1:
        thread = post["platform_options"].get(platform, {}).get(composition.THREAD)
        if not thread:
            return f"{options}.{composition.FIRST_COMMENT}"
        path = f"{options}.{composition.THREAD}[{part - 2}]"
        return f"{path}.mediaUrls" if about == "media" and isinstance(thread[part - 2], Mapping) else path
    if about == "options":
        return options
    name = "content" if about == "text" else "mediaUrls"
    return f"variants.{platform}.{name}" if name in post["variants"].get(platform, {}) else name


def _part_prefix(post: Mapping[str, Any], platform: str, part: int) -> str:
    options = post["platform_options"].get(platform, {})
    if options.get(composition.THREAD):
        return f"Part {part}: "
    return "First comment: " if part > 1 else ""
