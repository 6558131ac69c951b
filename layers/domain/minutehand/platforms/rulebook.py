"""The rules of a platform for the content of a post. The rules are checked without network access.

Each platform defines its `Rulebook` in its module ``rules``. `validation` checks the rules when a post is written, and
the publisher checks them again before it publishes the post.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeGuard

from minutehand.platforms.catalog import load_attribute
from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.options import CHOICES, Option, quoted

type Unit = Literal["characters", "graphemes", "bytes", "utf16", "emoji_bytes", "weighted"]
"""The unit of a length: code points, grapheme clusters, UTF-8 bytes, UTF-16 code units, code points with each emoji as
its UTF-8 bytes (as Threads counts), or weighted characters (as X counts).
"""
type About = Literal["text", "media", "options"]


class Finding(NamedTuple):
    """A broken rule: a sentence for people, and the kind of content that breaks the rule."""

    about: About
    sentence: str


class TextLength(NamedTuple):
    """The length of a text as the platform counts it, and the platform's limit."""

    length: int
    limit: int | None
    """The maximum length, or None if the account's server does not publish one."""
    unit: Unit = "characters"
    what: str = "text"
    url_length: int | None = None
    """The length that every URL counts as, or None if the characters of a URL are counted."""

    @property
    def is_too_long(self) -> bool:
        """Whether the text exceeds the limit, if the limit is known."""
        return self.limit is not None and self.length > self.limit

    @property
    def room(self) -> float:
        """The length by which the text may still grow: infinite if the limit is unknown, negative if the text is too
        long.
        """
        return math.inf if self.limit is None else self.limit - self.length

    def sentence(self, name: str) -> str:
        """Return the error message for a text that is too long for the platform ``name``."""
        if self.unit in ("utf16", "emoji_bytes", "weighted") or self.url_length is not None:
            return f"The {self.what} counts as {self.length} characters; {name} allows {self.limit}."
        unit = "bytes" if self.unit == "bytes" else "characters"
        return f"The {self.what} is {self.length} {unit} long; {name} allows {self.limit}."


def _nothing(*_: Any) -> list[Any]:
    return []


def _never(item: MediaInfo, content: Content) -> bool:  # noqa: ARG001
    return False


def is_video(item: MediaInfo, content: Content) -> bool:  # noqa: ARG001
    """Return whether ``item`` is a video. This function is a value for `Rulebook.needs_size`."""
    return item.is_video


class MediaLimits(NamedTuple):
    """The limits on the media items of a post. Special posts, such as stories, may have stricter limits."""

    max_images: int
    max_videos: int
    image_types: Collection[str]
    video_types: Collection[str] | None
    """The MIME types of videos, or None if the platform accepts every video type that `media_format` recognises."""
    max_image_bytes: int | None
    max_video_bytes: int | None
    required: bool = False
    """Whether a post needs an image or a video."""
    mixed: bool = False
    """Whether a post may contain both images and videos."""

    @property
    def max_items(self) -> int:
        """The maximum number of images and videos together."""
        return max(self.max_images, self.max_videos)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The rules of one platform. The functions that check rules return a sentence for each broken rule.

    ``media`` and ``media_item`` receive the known facts about the media items. ``media_item`` is not called for an item
    that has not been probed.
    """

    name: str
    """The name of the platform for use in sentences."""
    options: Mapping[str, Option]
    """The options of the platform, keyed by name."""
    text_lengths: Callable[[Content, Sequence[MediaInfo]], Sequence[TextLength]]
    """Return the length of the text for each limit that applies. The limit that users know best comes first."""
    media: Callable[[Content, Sequence[MediaInfo]], list[str]]
    """Check the number and the combination of media items."""
    media_item: Callable[[int, MediaInfo, Content], list[str]]
    """Check one media item. The number is the position of the item in the post, counted from 1."""
    needs_size: Callable[[MediaInfo, Content], bool] = _never
    """Return whether the publisher needs the size of the item, because it uploads the item in chunks or as a stream."""
    text: Callable[[Content], list[str]] = _nothing
    """Check the text, except its length."""
    option_values: Callable[[Content], list[str]] = _nothing
    """Check the options against each other and against the text and the media of the post."""
    option_media: Mapping[str, Callable[[MediaInfo], list[str]]] | None = None
    """The options that contain the URL of an image, each with the function that checks the image."""
    cautions: Callable[[Content, Sequence[MediaInfo]], list[Finding]] = _nothing
    """Return the cautions: the rules that the post may break, but that the platform does not document clearly. A
    caution does not prevent publishing.
    """
    media_limits: MediaLimits
    """The limits on the media items of a post, as the API describes them."""
    max_alt_characters: int | None = None
    """The maximum length of an alternative text, or None if the platform's rules have no limit."""
    replies: Literal["thread", "comment", "none"] = "comment"
    """The parts that may follow the first part: a thread or a comment, only a comment, or nothing."""
    comments_disabled: Callable[[Mapping[str, Any]], list[str]] = _nothing
    """Return the reasons why a post with these options cannot have comments."""
    inherited_options: Collection[str] = ()
    """The options that apply to later parts as well. The other options apply only to the first part."""
    card_url: Callable[[Content], str | None] = lambda _: None
    """Return the address whose link card a post shows, or None if the post shows none."""
    for_server: Callable[[Mapping[str, int]], "Rulebook"] | None = None
    """A function that returns the rules with the limits of an account's server, or None if servers do not differ."""
    for_any_server: Callable[[], "Rulebook"] | None = None
    """A function that returns the rules that every server enforces, or None if this rulebook contains only such rules.
    """

    @property
    def known_options(self) -> list[str]:
        """The names of all options, including the options for a thread and a first comment."""
        follow_ups = {"thread": ["firstComment", "thread"], "comment": ["firstComment"], "none": []}
        return sorted([*self.options, *follow_ups[self.replies]])

    @property
    def choices(self) -> Mapping[str, str]:
        """The options whose values the platform lists for each account, each with the name of its list."""
        return {name: option.schema[CHOICES] for name, option in self.options.items() if CHOICES in option.schema}

    def findings(
        self, content: Content, media: Sequence[MediaInfo] = (), lengths: Sequence[TextLength] | None = None
    ) -> list[Finding]:
        """Return the rules that ``content`` breaks.

        ``media`` contains the known facts about the media items, in the order of the post. ``media`` is empty if the
        media items were not probed. ``lengths``: the result of ``text_lengths`` if the caller has it, because counting
        a long text is slow.
        """
        if content.reply_to is not None and self.replies == "none":
            return [Finding("text", f"{self.name} does not accept comments from apps.")]
        if lengths is None:
            lengths = self.text_lengths(content, media)
        too_long = [length.sentence(self.name) for length in lengths if length.is_too_long]
        found = [Finding("text", sentence) for sentence in (*self.text(content), *too_long)]
        found += [Finding("media", sentence) for sentence in self._media(content, media)]
        return found + [Finding("options", sentence) for sentence in self._options(content)]

    def problems(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """Return the sentences of `findings`."""
        return [finding.sentence for finding in self.findings(content, media)]

    def require(self, content: Content, media: Sequence[MediaInfo] = ()) -> None:
        """Raise an exception if ``content`` breaks a rule.

        Raises:
            Rejected: the content breaks a rule; the reason consists of the sentences of `findings`.
        """
        if broken := self.problems(content, media):
            from minutehand.platforms.errors import Rejected  # imported late, because only adapters call this method

            raise Rejected("invalid_content", " ".join(broken))

    def _media(self, content: Content, media: Sequence[MediaInfo]) -> list[str]:
        found = self.media(content, media)
        if self.max_alt_characters is not None:
            found += [
                f"An alternative text is {len(alt)} characters long; {self.name} allows {self.max_alt_characters}."
                for alt in (content.alt_texts.get(url, "") for url in content.media_urls)
                if len(alt) > self.max_alt_characters
            ]
        for number, item in enumerate(media, start=1):
            if item.is_known:
                found += self.media_item(number, item, content)
        return found

    def _options(self, content: Content) -> list[str]:
        found = []
        if unknown := sorted(set(content.options) - set(self.options)):
            given, what = ", ".join(map(quoted, unknown)), "option" if len(unknown) == 1 else "options"
            found.append(f"{self.name} has no {what} {given}. The options are: {', '.join(self.known_options)}.")
        for name, option in self.options.items():
            if (value := content.options.get(name)) is not None:
                found += option.findings(name, value)
            elif option.required and content.reply_to is None:
                description = option.schema["description"]
                found.append(f"{name} is missing. Set it to {description[0].lower()}{description[1:]}")
        return found + self.option_values(content)


def rulebook_for(platform: str, limits: Mapping[str, int] | None = None) -> Rulebook:
    """Return the rules of ``platform``.

    ``limits``: the limits that an account's server publishes; the mapping may be empty. Pass None if there is no
    account.
    """
    rulebook: Rulebook = load_attribute(platform, "rules", "rulebook")
    return rulebook if limits is None or rulebook.for_server is None else rulebook.for_server(limits)


def rulebook_for_any_server(platform: str) -> Rulebook:
    """Return the rules of ``platform`` that every server enforces."""
    rulebook = rulebook_for(platform)
    return rulebook.for_any_server() if rulebook.for_any_server else rulebook


def is_web_url(value: object) -> TypeGuard[str]:
    """Return whether ``value`` is a string that begins like a web URL. The URL is not fetched."""
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def is_media_url(value: object) -> TypeGuard[str]:
    """Return whether ``value`` can name a media item: a web URL, or an item of the owner's media library."""
    return is_web_url(value) or (isinstance(value, str) and value.startswith("media:"))
