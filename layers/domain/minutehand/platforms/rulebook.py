"""The rules of each platform on what it takes, as sentences for people. Nothing here calls anybody.

A platform's module ``rules`` has its `Rulebook`. The adapter asks it before it publishes, and `checking` long before
that.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeGuard

from minutehand.platforms.catalog import load_attribute
from minutehand.platforms.port import Content, MediaInfo

MAX_SHOWN = 60

type Unit = Literal["characters", "graphemes", "bytes", "utf16", "weighted"]
"""What is counted: code points, what a reader sees as one character, bytes of UTF-8, units of UTF-16, or weights."""
type About = Literal["text", "media", "options"]


class Finding(NamedTuple):
    """A rule that is broken, in a sentence, and what it is about."""

    about: About
    sentence: str


@dataclass(frozen=True, slots=True)
class TextLength:
    """How long a text is in the platform's own way of counting, and how long it may be."""

    length: int
    limit: int
    unit: Unit = "characters"
    what: str = "text"

    def sentence(self, name: str) -> str:
        """Say that it is too long for ``name``."""
        verb = "counts" if self.unit in ("utf16", "weighted") else "has"
        unit = "bytes" if self.unit == "bytes" else "characters"
        return f"The {self.what} {verb} {self.length} {unit}; {name} allows {self.limit}."


def _nothing(*_: Any) -> list[str]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """What one platform takes. Its functions return a sentence for each rule that is broken.

    Those of ``media`` and ``each`` are told what is known of the media. Of a medium of which nothing is known yet,
    nothing is claimed: ``each`` is not asked about it.
    """

    name: str
    """What sentences call the platform."""
    options: Collection[str]
    """The names of its options; it has no others."""
    text_lengths: Callable[[Content, Sequence[MediaInfo]], Sequence[TextLength]]
    """The lengths of the text against the limits that it has, the one that people know first."""
    media: Callable[[Content, Sequence[MediaInfo]], list[str]]
    """How many media there are, and which of them together."""
    media_item: Callable[[int, MediaInfo, Content], list[str]]
    """One medium, with its number in the post."""
    text: Callable[[Content], list[str]] = _nothing
    """The text, besides its length."""
    option_values: Callable[[Content], list[str]] = _nothing
    """The values of the options."""
    option_media: Mapping[str, Callable[[MediaInfo], list[str]]] | None = None
    """The options that hold the address of an image, and what is wrong with what is there."""
    max_alt_characters: int | None = None
    """How many characters an alternative text may have."""
    replies: Literal["thread", "comment", "none"] = "comment"
    """What may follow on a post: further posts, or a comment under it. A thread can be of one comment, too."""
    comments_disabled: Callable[[Mapping[str, Any]], list[str]] = _nothing
    """Why there are no comments under a post with these options."""
    inherited_options: Collection[str] = ()
    """The options that hold for what follows on the post, too. All others are of its first part alone."""
    for_server: Callable[[Mapping[str, int]], "Rulebook"] | None = None
    """The rules under the limits of an account's server, where servers differ."""
    for_any_server: Callable[[], "Rulebook"] | None = None
    """Those that hold on every server, whatever its limits, where servers differ."""

    @property
    def known_options(self) -> list[str]:
        """The names of all that may be chosen, with what may follow on the post."""
        following = {"thread": ["firstComment", "thread"], "comment": ["firstComment"], "none": []}
        return sorted([*self.options, *following[self.replies]])

    def findings(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[Finding]:
        """Return the rules that ``content`` breaks. ``media``: as for `port.Adapter.validate`."""
        text = [count.sentence(self.name) for count in self.text_lengths(content, media) if count.length > count.limit]
        found = [Finding("text", sentence) for sentence in (*self.text(content), *text)]
        found += [Finding("media", sentence) for sentence in self._media(content, media)]
        return found + [Finding("options", sentence) for sentence in self._options(content)]

    def problems(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """Return the sentences of `findings`."""
        return [finding.sentence for finding in self.findings(content, media)]

    def _media(self, content: Content, media: Sequence[MediaInfo]) -> list[str]:
        found = self.media(content, media)
        if self.max_alt_characters is not None:
            found += [
                f"An alternative text has {len(alt)} characters; {self.name} allows {self.max_alt_characters}."
                for alt in (content.alt_texts.get(url, "") for url in content.media_urls)
                if len(alt) > self.max_alt_characters
            ]
        for number, medium in enumerate(media, start=1):
            if medium.is_known:
                found += self.media_item(number, medium, content)
        return found

    def _options(self, content: Content) -> list[str]:
        found = []
        if unknown := sorted(set(content.options) - set(self.options)):
            given, what = ", ".join(map(quoted, unknown)), "option" if len(unknown) == 1 else "options"
            found.append(f"{self.name} has no {what} {given}. The options are: {', '.join(self.known_options)}.")
        return found + self.option_values(content)


def rulebook_for(platform: str, limits: Mapping[str, int] | None = None) -> Rulebook:
    """Return the rules of ``platform``, one that we know, under the ``limits`` of an account's server if known."""
    rulebook: Rulebook = load_attribute(platform, "rules", "rulebook")
    return rulebook.for_server(limits) if limits and rulebook.for_server else rulebook


def quoted(value: object) -> str:
    """Return ``value``, given by a person, as a sentence repeats it: printable and short."""
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def is_web_url(value: object) -> TypeGuard[str]:
    """Say whether ``value`` looks like one; whether anything is there is another question."""
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def is_media_url(value: object) -> TypeGuard[str]:
    """Say whether ``value`` may lead to an image or a video: a web address, or an item of the owner's library."""
    return is_web_url(value) or (isinstance(value, str) and value.startswith("media:"))
