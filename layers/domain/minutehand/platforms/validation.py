"""Checks a post for a platform before anything is sent there: every part of it, with what is known of its media."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from minutehand.platforms import composition
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import About, Rulebook, TextLength, is_media_url, rulebook_for

BROKEN_RULE, NOT_CHECKED = "invalid_content", "media_not_checked"
_BEFORE = "0"
"""Stands for the remote id of the part before, which no rule looks at: only whether there is one."""


@dataclass(frozen=True, slots=True)
class ProbeFailure:
    """Why nothing is known of a medium. ``passing``: it may be well, but cannot be looked at for the moment."""

    code: str
    sentence: str
    transient: bool


type ProbeResult = MediaInfo | ProbeFailure
"""What came of looking at a medium."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that stands in the way of a post: the field that it is about, as in the body of a call."""

    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a platform would say. ``errors`` will fail for certain; ``warnings`` could not be found out now."""

    errors: tuple[Issue, ...]
    warnings: tuple[Issue, ...]
    parts: tuple[TextLength, ...]
    """How long the text of each part is."""

    def merged_with(self, other: "Report") -> "Report":
        """Return what both say of the same post: of each length the one that leaves less room."""
        return Report(
            tuple(dict.fromkeys(self.errors + other.errors)),
            tuple(dict.fromkeys(self.warnings + other.warnings)),
            tuple(map(_tighter, self.parts, other.parts)),
        )


def media_of(post: Mapping[str, Any], platform: str) -> dict[str, str]:
    """Return the address of each medium of ``post`` for ``platform``, and the field in which it stands."""
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
    looked: Mapping[str, ProbeResult],
    limits: Mapping[str, int] | None = None,
) -> Report:
    """Check ``post``, a row or what would become one, for ``platform``.

    ``looked``: what is known of its media by their address; nothing is claimed of those that are not in it.
    ``limits``: those of the account's server, where servers differ.
    """
    book = rulebook_for(platform, limits)
    issues, counts = list(_following(post, platform, book)), []
    impossible = bool(issues)
    for part in range(1, composition.part_count(post, platform) + 1):
        content = composition.compose(post, platform, part, _BEFORE if part > 1 else None)
        media = [_known(looked, url) for url in content.media_urls]
        counts.append(book.text_lengths(content, media)[0])
        if part > 1 and impossible:
            continue  # nothing may follow on the post: it does not matter what
        issues += _of_part(post, platform, part, content, media, book)
    issues += _of_option_media(post, platform, looked, book)
    unusable = [
        (Issue(medium.code, field, medium.sentence), medium.transient)
        for url, field in media_of(post, platform).items()
        if isinstance(medium := looked.get(url), ProbeFailure)
    ]
    errors = [*issues, *(issue for issue, passing in unusable if not passing)]
    return Report(tuple(errors), tuple(issue for issue, passing in unusable if passing), tuple(counts))


def later_part_problems(post: Mapping[str, Any], platform: str) -> list[str]:
    """Return what stands in the way of the parts of ``post`` after its first, and of its first comment.

    To be asked before the first part goes out: a thread that is known to break off is not begun. Nothing is claimed of
    media, nor by limits in which servers differ: those of today are only known when it is their turn.
    """
    later = range(2, composition.part_count(post, platform) + 1)
    if not later:
        return []
    book = rulebook_for(platform)
    book = book.for_any_server() if book.for_any_server else book
    issues = list(_following(post, platform, book))
    for part in () if issues else later:
        content = composition.compose(post, platform, part, _BEFORE)
        issues += _of_part(post, platform, part, content, [MediaInfo(url) for url in content.media_urls], book)
    return [issue.message for issue in issues]


def _of_part(
    post: Mapping[str, Any], platform: str, part: int, content: Content, media: list[MediaInfo], book: Rulebook
) -> Iterator[Issue]:
    for about, sentence in book.findings(content, media):
        if part > 1 and about == "options":
            continue  # those of the whole thread: said of its first part
        yield Issue(BROKEN_RULE, _field(post, platform, part, about), _named(post, platform, part) + sentence)


def _of_option_media(
    post: Mapping[str, Any], platform: str, looked: Mapping[str, ProbeResult], book: Rulebook
) -> Iterator[Issue]:
    options = post["platform_options"].get(platform, {})
    for option, problems in (book.option_media or {}).items():
        url = options.get(option)
        if is_media_url(url) and isinstance(medium := looked.get(url), MediaInfo):
            for sentence in problems(medium):
                yield Issue(BROKEN_RULE, f"platformOptions.{platform}.{option}", sentence)


def _following(post: Mapping[str, Any], platform: str, book: Rulebook) -> Iterator[Issue]:
    """Say whether there can be what is to follow on the post."""
    options = post["platform_options"].get(platform, {})
    if options.get(composition.THREAD) and book.replies != "thread":
        sentence = f"{book.name} has no threads: take thread away, or publish its parts as posts of their own."
        yield Issue(BROKEN_RULE, f"platformOptions.{platform}.{composition.THREAD}", sentence)
    if options.get(composition.FIRST_COMMENT):
        field = f"platformOptions.{platform}.{composition.FIRST_COMMENT}"
        if book.replies == "none":
            yield Issue(BROKEN_RULE, field, f"{book.name} takes no comments from apps: take firstComment away.")
        for sentence in book.comments_disabled(options):
            yield Issue(BROKEN_RULE, field, sentence)


def _tighter(one: TextLength, other: TextLength) -> TextLength:
    return one if one.limit - one.length <= other.limit - other.length else other


def _known(looked: Mapping[str, ProbeResult], url: str) -> MediaInfo:
    medium = looked.get(url)
    return medium if isinstance(medium, MediaInfo) else MediaInfo(url)


def _field(post: Mapping[str, Any], platform: str, part: int, about: About) -> str:
    """Return the field of a call's body in which the part, or that of it which is meant, was given."""
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


def _named(post: Mapping[str, Any], platform: str, part: int) -> str:
    options = post["platform_options"].get(platform, {})
    if options.get(composition.THREAD):
        return f"Part {part}: "
    return "First comment: " if part > 1 else ""
