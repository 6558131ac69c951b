"""Validation of a whole post for a platform: its parts, variants, follow-ups and media items."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

import pytest

from local.simulator.demo import requirements_of
from minutehand.platforms import url_normalization
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.composition import compose
from minutehand.platforms.mastodon import rules
from minutehand.platforms.port import MediaInfo
from minutehand.platforms.rulebook import TextLength, rulebook_for
from minutehand.platforms.validation import Issue, ProbeFailure, Report, check, media_of

IMAGE, VIDEO = "https://ex.am/kiln.jpg", "https://ex.am/kiln.mp4"
KNOWN = {
    IMAGE: MediaInfo(IMAGE, "image/jpeg", 100_000, 1080, 1080),
    VIDEO: MediaInfo(VIDEO, "video/mp4", 100_000, 1080, 1080, 10.0),
}
REPLIES = {platform: rulebook_for(platform).replies for platform in DISPLAY_NAMES}
WITHOUT_THREADS = [platform for platform, replies in REPLIES.items() if replies != "thread"]
WITHOUT_COMMENTS = [platform for platform, replies in REPLIES.items() if replies == "none"]
IMAGE_OPTIONS = [(name, option) for name in DISPLAY_NAMES for option in rulebook_for(name).option_media or ()]
MEDIA: Mapping[str | None, list[str]] = {None: [], "image": [IMAGE], "video": [VIDEO]}


def post(platform: str, options: dict[str, Any] | None = None, /, **columns: Any) -> dict[str, Any]:
    """Return a post that is valid on ``platform``, with the given options and columns."""
    required = requirements_of(platform)
    row: dict[str, Any] = {
        "content": "The kiln is warm.",
        "media_urls": MEDIA[required.media],
        "alt_texts": {},
        "variants": {},
        "platform_options": {platform: required.options} if required.options else {},
    }
    row |= columns
    if options is not None:
        row["platform_options"] = {platform: row["platform_options"].get(platform, {}) | options}
    return row


def errors(report: Report) -> list[tuple[str, str]]:
    return [(issue.field, issue.message) for issue in report.errors]


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_valid_post_has_no_errors_on_any_platform(platform: str) -> None:
    report = check(post(platform), platform, KNOWN)

    assert (report.errors, report.warnings) == ((), ())
    assert [part.length for part in report.parts] == [17]


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_error_about_a_long_text_names_its_field(platform: str) -> None:
    (field, message), *_ = errors(check(post(platform, content="x" * 70_000), platform, KNOWN))

    assert field == "content"
    assert "70000" in message


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
@pytest.mark.parametrize("content_type", ["image/jpeg", "image/gif", "video/mp4"])
def test_item_that_is_uploaded_in_chunks_needs_a_known_size(platform: str, content_type: str) -> None:
    """The publisher refuses an upload of unknown size, so validation does as well."""
    needs_size = {"video/mp4": set(DISPLAY_NAMES) - {"instagram", "threads"}, "image/gif": {"x"}, "image/jpeg": set()}
    known = {VIDEO: MediaInfo(VIDEO, content_type, None, 1080, 1080, 10.0)}
    report = check(post(platform, media_urls=[VIDEO]), platform, known)
    found = [issue for issue in report.errors if "does not report" in issue.message]

    what = content_type.partition("/")[0]
    sentence = f"The server of the {what} does not report the {what}'s size. Use a server that sends Content-Length."
    expected = [Issue("invalid_content", "mediaUrls[0]", sentence)] if platform in needs_size[content_type] else []
    assert found == expected


@pytest.mark.parametrize("kind", ["feed", "reel", "story"])
def test_facebook_fetches_reels_and_stories_of_unknown_size(kind: str) -> None:
    known = {VIDEO: MediaInfo(VIDEO, "video/mp4", None, 1080, 1920, 10.0)}
    report = check(post("facebook", {"type": kind}, media_urls=[VIDEO]), "facebook", known)

    assert bool(report.errors) is (kind == "feed")


def test_variant_is_validated_instead_of_the_post_and_named_in_errors() -> None:
    long = "x" * 281
    varied = {"x": {"content": long, "mediaUrls": [IMAGE] * 5}}

    assert errors(check(post("x", content=long, variants={"x": {"content": "x"}}), "x", KNOWN)) == []
    assert errors(check(post("x", variants=varied), "x", KNOWN)) == [
        ("variants.x.content", "The text counts as 281 characters; X allows 280."),
        ("variants.x.mediaUrls", "The post has 5 media items; X allows 4."),
    ]
    assert errors(check(post("bluesky", variants=varied), "bluesky", KNOWN)) == []


def test_alternative_text_of_a_variant_is_validated_instead_of_the_post_s() -> None:
    wordy = {IMAGE: "x" * 1001}

    assert len(errors(check(post("x", media_urls=[IMAGE], alt_texts=wordy), "x", KNOWN))) == 1
    short = {"x": {"altTexts": {IMAGE: "A kiln"}}}
    assert errors(check(post("x", media_urls=[IMAGE], alt_texts=wordy, variants=short), "x", KNOWN)) == []


@pytest.mark.parametrize("platform", sorted(set(DISPLAY_NAMES) - set(WITHOUT_THREADS)))
def test_every_part_of_a_thread_is_validated_and_named(platform: str) -> None:
    thread = ["Second.", {"content": "x" * 600, "mediaUrls": [IMAGE] * 21}]

    report = check(post(platform, {"thread": thread}, content="x" * 601), platform, KNOWN)

    assert [(field, message.partition(":")[0]) for field, message in errors(report)] == [
        ("content", "Part 1"),
        (f"platformOptions.{platform}.thread[1]", "Part 3"),
        (f"platformOptions.{platform}.thread[1].mediaUrls", "Part 3"),
    ]
    assert [part.length for part in report.parts] == [601, 7, 600]


def test_premium_option_raises_the_limit_of_every_part() -> None:
    thread = {"thread": ["x" * 25_000, "x" * 25_001], "premium": True}

    assert [field for field, _ in errors(check(post("x", thread), "x", KNOWN))] == ["platformOptions.x.thread[1]"]


@pytest.mark.parametrize("platform", WITHOUT_THREADS)
def test_thread_is_an_error_on_a_platform_without_threads(platform: str) -> None:
    report = check(post(platform, {"thread": ["x" * 70_000]}), platform, KNOWN)

    [(field, message)] = errors(report)
    assert field == f"platformOptions.{platform}.thread"
    assert message.startswith(f"{DISPLAY_NAMES[platform]} has no threads")
    assert len(report.parts) == 2


@pytest.mark.parametrize("platform", sorted(set(DISPLAY_NAMES) - set(WITHOUT_COMMENTS)))
def test_first_comment_is_validated_by_the_rules_for_comments(platform: str) -> None:
    assert errors(check(post(platform, {"firstComment": "The glaze is celadon."}), platform, KNOWN)) == []

    (field, message), *_ = errors(check(post(platform, {"firstComment": "x" * 70_000}), platform, KNOWN))

    assert field == f"platformOptions.{platform}.firstComment"
    assert message.startswith("First comment: ")


@pytest.mark.parametrize("platform", WITHOUT_COMMENTS)
def test_first_comment_is_an_error_on_a_platform_without_comments(platform: str) -> None:
    [(field, message)] = errors(check(post(platform, {"firstComment": "x"}), platform, KNOWN))

    assert field == f"platformOptions.{platform}.firstComment"
    assert message == f"{DISPLAY_NAMES[platform]} accepts no comments from apps. Remove firstComment."


@pytest.mark.parametrize(
    ("platform", "options"),
    [
        ("instagram", {"type": "story"}),
        ("facebook", {"type": "story"}),
        ("youtube", {"madeForKids": True}),
    ],
)
def test_first_comment_is_an_error_on_a_post_without_comments(platform: str, options: dict[str, Any]) -> None:
    media = [VIDEO] if platform == "youtube" else [IMAGE]
    commented = options | {"firstComment": "x" * 70_000}

    assert errors(check(post(platform, options, media_urls=media), platform, KNOWN)) == []
    [(field, message)] = errors(check(post(platform, commented, media_urls=media), platform, KNOWN))
    assert field == f"platformOptions.{platform}.firstComment"
    assert "cannot have comments. Remove firstComment." in message


def test_invalid_option_is_reported_once_for_a_thread() -> None:
    options = {"visibility": "friends", "thread": ["Two", "Three"]}

    assert [field for field, _ in errors(check(post("mastodon", options), "mastodon", KNOWN))] == [
        "platformOptions.mastodon"
    ]


@pytest.mark.parametrize(
    ("platform", "following", "kept", "left"),
    [
        ("bluesky", "thread", {"languages": ["pt"]}, {}),
        ("linkedin", "firstComment", {"organization": "12"}, {"visibility": "PUBLIC"}),
        (
            "mastodon",
            "thread",
            {"visibility": "private", "spoilerText": "Clay", "sensitive": True, "language": "pt"},
            {},
        ),
        ("threads", "thread", {}, {"topicTag": "Clay"}),
        ("x", "firstComment", {"premium": True}, {"replySettings": "following"}),
    ],
)
def test_later_part_inherits_only_the_inherited_options(
    platform: str, following: str, kept: dict[str, Any], left: dict[str, Any]
) -> None:
    parts = {"thread": ["And on."], "firstComment": "And on."}
    row = post(platform, {following: parts[following], **kept, **left})

    assert compose(row, platform, 1).options == {**kept, **left}
    assert compose(row, platform, 2).options == kept


def test_thread_with_languages_is_valid() -> None:
    options = {"languages": ["en"], "thread": ["Two"]}

    assert errors(check(post("bluesky", options), "bluesky", KNOWN)) == []


# -- media items ---------------------------------------------------------------------------------------------------


def test_permanent_probe_failure_is_an_error_and_a_transient_one_a_warning() -> None:
    missing = ProbeFailure("media_unavailable", "It is not available.", transient=False)
    unreachable = ProbeFailure("media_not_checked", "Its server does not respond.", transient=True)
    row = post("x", media_urls=[IMAGE, "https://ex.am/missing.jpg", "https://ex.am/unreachable.jpg"])

    report = check(
        row, "x", KNOWN | {"https://ex.am/missing.jpg": missing, "https://ex.am/unreachable.jpg": unreachable}
    )

    assert report.errors == (Issue("media_unavailable", "mediaUrls[1]", "It is not available."),)
    assert report.warnings == (Issue("media_not_checked", "mediaUrls[2]", "Its server does not respond."),)


def test_other_media_items_are_validated_under_their_own_numbers() -> None:
    large = MediaInfo("https://ex.am/large.jpg", "image/jpeg", 6_000_000)
    unreachable = ProbeFailure("media_not_checked", "Its server does not respond.", transient=True)
    row = post("x", media_urls=["https://ex.am/unreachable.jpg", large.url])

    report = check(row, "x", {"https://ex.am/unreachable.jpg": unreachable, large.url: large})

    assert errors(report) == [("mediaUrls", "Image 2 has 6,000,000 bytes; X allows 5,242,880.")]


def test_media_items_of_a_post_are_found_with_their_fields() -> None:
    row = post(
        "x",
        {"thread": ["Two", {"content": "Three", "mediaUrls": [VIDEO, IMAGE]}]},
        media_urls=["https://ex.am/own.jpg"],
        variants={"x": {"mediaUrls": [IMAGE]}},
    )

    assert media_of(row, "x") == {IMAGE: "variants.x.mediaUrls[0]", VIDEO: "platformOptions.x.thread[1].mediaUrls[0]"}
    assert media_of(row, "bluesky") == {"https://ex.am/own.jpg": "mediaUrls[0]"}


@pytest.mark.parametrize(
    ("platform", "option", "item", "valid"),
    [
        ("youtube", "thumbnailUrl", MediaInfo("u", "image/png", 50 * 1024 * 1024), True),
        ("youtube", "thumbnailUrl", MediaInfo("u", "image/png", 50 * 1024 * 1024 + 1), False),
        *((*option, MediaInfo("u", "image/jpeg"), True) for option in IMAGE_OPTIONS),
        *((*option, MediaInfo("u", "video/mp4"), False) for option in IMAGE_OPTIONS),
    ],
)
@pytest.mark.parametrize("url", ["https://ex.am/cover", "media:0f8fad5b-d9cb-469f-a165-70867728950e"])
def test_image_named_by_an_option_is_validated(
    platform: str, option: str, item: MediaInfo, valid: bool, url: str
) -> None:
    row = post(platform, {option: url})

    assert media_of(row, platform)[url] == f"platformOptions.{platform}.{option}"
    report = check(row, platform, KNOWN | {url: item})
    assert [field for field, _ in errors(report)] == ([] if valid else [f"platformOptions.{platform}.{option}"])


def test_option_without_a_url_names_no_media_item() -> None:
    assert media_of(post("youtube", {"thumbnailUrl": ["https://ex.am/t.png"]}), "youtube") == {VIDEO: "mediaUrls[0]"}


# -- server limits -------------------------------------------------------------------------------------------------


def test_limits_of_the_account_s_server_apply() -> None:
    row = post("mastodon", content="x" * 600)

    assert len(check(row, "mastodon", {}).errors) == 1
    report = check(row, "mastodon", {}, [{"max_characters": 600}])
    assert (report.errors, report.parts) == ((), (TextLength(600, 600, "graphemes"),))
    assert len(check(row, "mastodon", {}, [{"max_characters": 599}]).errors) == 1


def test_limits_of_two_servers_both_apply() -> None:
    row = post("mastodon", content="x" * 600, media_urls=["u"] * 5)
    roomy, small = {"max_attachments": 4}, {"max_characters": 500}

    both = check(row, "mastodon", {}, [roomy, small])

    alone = [check(row, "mastodon", {}, [server]).errors for server in (roomy, small)]
    assert sorted(map(str, both.errors)) == sorted(map(str, (*alone[0], *alone[1])))
    assert len(both.errors) == 2
    assert [part.limit for part in both.parts] == [500]
    assert check(row, "mastodon", {}, [small, roomy]).parts == both.parts
    assert check(row, "mastodon", {}, [small] * 3) == check(row, "mastodon", {}, [small])


@pytest.mark.parametrize("option", [{}, {"spoilerText": "c" * 40_000}, {"thread": ["d" * 2_000] * 40}], ids=list)
@pytest.mark.parametrize("kinds", [1, 50])
def test_validation_for_many_servers_counts_each_text_as_often_as_for_one(
    kinds: int, option: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = [{"max_characters": 500 + n % kinds, "characters_per_url": 23 + n % kinds} for n in range(50)]
    read: list[int] = []

    def find(text: str, rest: object) -> list[Any]:
        read.append(len(text))
        return []

    def counted(limits: list[dict[str, int]]) -> int:
        rules._measure.cache_clear()
        read.clear()
        check(post("mastodon", option, content="a" * 100_000), "mastodon", {}, limits)
        return sum(read)

    monkeypatch.setattr(rules, "find", find)

    assert 100_000 <= counted(servers) == counted(servers[:1])


def test_address_counts_as_each_server_says() -> None:
    row = post("mastodon", content="Read https://example.com/kiln 🔥")
    servers = [{"max_characters": 10, "characters_per_url": 1}, {"max_characters": 9, "characters_per_url": 40}]

    assert [part.length for part in check(row, "mastodon", {}, servers).parts] == [47]
    assert [part.length for part in check(row, "mastodon", {}, servers[:1]).parts] == [8]


def test_alternative_texts_are_normalized_once_for_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    split: list[str] = []

    def noted(url: str) -> SplitResult:
        split.append(url)
        return urlsplit(url)

    monkeypatch.setattr(url_normalization, "urlsplit", noted)
    thread = [{"content": "x", "mediaUrls": [f"https://e.co/part-{number}"]} for number in range(50)]
    alt_texts = {f"https://e.co/alt-{number}": "A kiln" for number in range(200)}

    check(post("mastodon", {"thread": thread}, media_urls=["https://e.co/first"], alt_texts=alt_texts), "mastodon", {})

    assert len(split) == 200 + 50 + 1


def test_other_platforms_ignore_server_limits() -> None:
    assert check(post("x"), "x", {}, [{"max_characters": 1}]).errors == ()
