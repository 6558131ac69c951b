import re
from datetime import UTC, datetime, timedelta

import pytest

from minutehand.platforms.bluesky.languages import is_language_tag
from minutehand.platforms.bluesky.rules import rulebook
from minutehand.platforms.bluesky.tid import tid
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import rulebook_for

problems = rulebook.problems

FAMILY = "👩‍👩‍👧‍👦"  # one grapheme of 25 bytes
NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (Content("x" * 300), []),
        (Content("x" * 301), ["The text is 301 characters long; Bluesky allows 300."]),
        (Content("窯" * 300), []),
        (Content(FAMILY * 120), []),
        (Content(FAMILY * 121), ["The text is 3025 bytes long; Bluesky allows 3000."]),
        (Content("x", ("u",) * 4), []),
        (Content("x", ("u",) * 5), ["The post has 5 media items; Bluesky allows 4."]),
    ],
)
def test_content_is_accepted_up_to_each_limit(content: Content, expected: list[str]) -> None:
    assert problems(content) == expected


@pytest.mark.parametrize(
    ("video", "expected"),
    [
        (MediaInfo("u", "video/mp4", 300_000_000), []),
        (MediaInfo("u", "video/mp4", 300_000_001), ["The video has 300,000,001 bytes; Bluesky allows 300,000,000."]),
        (MediaInfo("u", "video/mp4", 1, duration_seconds=600.0), []),
        (
            MediaInfo("u", "video/mp4", 1, duration_seconds=600.5),
            ["The video lasts 600.5 seconds; Bluesky allows 600."],
        ),
        (MediaInfo("u", "video/quicktime", 1), ["The video has the type video/quicktime; Bluesky accepts MP4."]),
    ],
)
def test_video_must_be_an_mp4_within_the_limits_of_size_and_duration(video: MediaInfo, expected: list[str]) -> None:
    assert problems(Content("x", ("u",)), [video]) == expected


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (MediaInfo("u", "image/png", 2_000_000), []),
        (MediaInfo("u", "image/png", 2_000_001), ["Image 1 has 2,000,001 bytes; Bluesky allows 2,000,000."]),
        (
            MediaInfo("u", "image/bmp"),
            ["Image 1 has the type image/bmp; Bluesky accepts JPEG, PNG, GIF, WebP, AVIF, HEIC and HEIF."],
        ),
    ],
)
def test_image_must_have_a_supported_type_and_size(image: MediaInfo, expected: list[str]) -> None:
    assert problems(Content("x", ("u",)), [image]) == expected


@pytest.mark.parametrize(
    ("item", "limit", "expected"),
    [
        (MediaInfo("u", "video/mp4", 5_242_880), 5_242_880, []),
        (
            MediaInfo("u", "video/mp4", 5_242_881),
            5_242_880,
            ["The video has 5,242,881 bytes; this Bluesky server allows 5,242,880."],
        ),
        (
            MediaInfo("u", "image/png", 1_000_001),
            1_000_000,
            ["Image 1 has 1,000,001 bytes; this Bluesky server allows 1,000,000."],
        ),
        (
            MediaInfo("u", "image/png", 2_000_001),
            5_242_880,
            ["Image 1 has 2,000,001 bytes; Bluesky allows 2,000,000."],
        ),
        (MediaInfo("u", "video/mp4", 300_000_000), None, []),
    ],
)
def test_published_limit_of_the_account_s_server_applies(
    item: MediaInfo, limit: int | None, expected: list[str]
) -> None:
    rules = rulebook_for("bluesky", {} if limit is None else {"max_blob_bytes": limit})

    assert rules.problems(Content("x", ("u",)), [item]) == expected


@pytest.mark.parametrize("other", ["image/png", "video/mp4"])
def test_video_cannot_be_combined_with_other_media_items(other: str) -> None:
    assert problems(Content("x", ("u", "v")), [MediaInfo("u", "video/mp4"), MediaInfo("v", other)]) == [
        "A post on Bluesky can contain one video or several images, not both."
    ]


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        (["en"], []),
        (["en", "pt-BR", "zh-Hant"], []),
        (
            ["en_US"],
            ["languages contains 'en_US', which is not a language tag (BCP 47). Use tags such as en or pt-BR."],
        ),
        ([""], ["languages contains '', which is not a language tag (BCP 47). Use tags such as en or pt-BR."]),
        (["en", 5], ["languages contains 5, which is not a language tag (BCP 47). Use tags such as en or pt-BR."]),
        (["en"] * 4, ["languages has 4 entries; Bluesky allows 3."]),
        ("en", ["languages is 'en'; it must be a list of language tags such as en or pt-BR."]),
    ],
)
def test_languages_must_be_a_short_list_of_language_tags(languages: object, expected: list[str]) -> None:
    assert problems(Content("x", options={"languages": languages})) == expected


@pytest.mark.parametrize(
    ("content", "url"),
    [
        (Content("a https://ex.am/a b https://ex.am/b"), "https://ex.am/a"),
        (Content("example.com, then https://ex.am/b"), "https://example.com"),
        (Content("no address"), None),
        (Content("https://ex.am/a", ("u",)), None),
        (Content("https://ex.am/a", options={"linkCard": False}), None),
        (Content("https://ex.am/a", options={"linkCard": True}), "https://ex.am/a"),
        (Content("https://ex.am/a", options={"linkCard": "yes"}), None),
    ],
)
def test_card_of_the_first_link_is_shown(content: Content, url: str | None) -> None:
    assert rulebook.card_url(content) == url


def test_link_card_option_must_be_true_or_false() -> None:
    assert problems(Content("x", options={"linkCard": False})) == []
    assert problems(Content("x", options={"linkCard": "no"})) == ["linkCard is 'no'; it must be true or false."]


WELL_FORMED = (
    "en de-CH de-DE-1901 es-419 zh-Hant hy-Latn-IT-arevela sgn-BE-NL i-default zh-min-nan x-fr-CH de-X-foo JA ban "
    "en-GB-boont-r-extended-sequence-x-private qaa-Qaaa-QM-x-southern en-u-co-phonebk-t-en-US sl-rozaj-biske EN-gb"
)
MALFORMED = "en_US . 123 j ja- a-DE de-419-DE x de-CH- i-bad en--US -en en-x abcdefghi de_DE.UTF-8 dé"


@pytest.mark.parametrize("tag", WELL_FORMED.split())
def test_well_formed_language_tag_is_accepted(tag: str) -> None:
    assert is_language_tag(tag)


@pytest.mark.parametrize("tag", [*MALFORMED.split(), "", "en\n", " en", "en US", "en-" + "x" * 200])
def test_malformed_language_tag_is_refused(tag: str) -> None:
    assert not is_language_tag(tag)


def test_tid_is_valid_and_encodes_and_sorts_by_its_time() -> None:
    moments = [NOW + timedelta(microseconds=n) for n in range(3)]
    keys = [tid(moment, "p") for moment in moments]
    assert all(re.fullmatch(r"[2-7a-j][2-7a-z]{12}", key) for key in keys)
    assert keys == sorted(set(keys))
    number = 0
    for character in keys[0]:
        number = number * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(character)
    assert number >> 10 == 1772442000123456


def test_publications_of_the_same_microsecond_have_different_tids() -> None:
    assert tid(NOW, "first") != tid(NOW, "second")
    assert tid(NOW, "first") == tid(NOW, "first")
