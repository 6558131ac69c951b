from collections.abc import Sequence
from typing import Any

import pytest

from minutehand.platforms.mastodon.rules import DOCUMENTED, UNKNOWN, Limits, countable_length, rulebook_of
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import rulebook_for, rulebook_for_any_server


def problems(content: Content, limits: Limits, media: Sequence[MediaInfo] = ()) -> list[str]:
    return rulebook_of(limits).problems(content, media)


GENEROUS = Limits(max_characters=5_000, max_attachments=16, characters_per_url=50, max_description=10_000)
IMAGE, VIDEO = "image/jpeg", "video/mp4"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("https://ex.am/" + "p" * 300, 23),
        ("http://ex.am and https://ex.am", 23 + 5 + 23),
        ("example.org/path", 16),
        ("窯" * 470 + "https://example.com/" + "a" * 80, 470 + 23),
        ("https://ex.am/窯?窯=🔥#窯 窯", 23 + 2),  # a path may contain any script
        ("https://慕田峪长城.网址/a", 23),
        ("https://ex.comだよね", 23 + 3),
        ("(https://ex.am/a_(b)).", 1 + 23 + 2),
        ("「https://ex.am/a」", 1 + 23 + 1),
        ("https://ex.am/a<b", 23 + 2),
        ("https://ex.am/a?b={c}", 23 + 3),
        ("https://localhost/" + "a" * 82, 100),
        (f"http://{'あいうえおかきくけこ' * 5}あいう.com", 7 + 53 + 4),  # a label longer than DNS allows
        ("xhttps://ex.am", 14),
        ("ex.com/https://ex.am/a", 22),  # within the path of an address that is not counted as one
        ("@ada", 4),
        ("@ada@example.org", 4),
        ("Ask @ada@example.org, or @bob@b.example.", len("Ask @ada, or @bob.")),
        ("ada@example.org", 15),
        ("@ada.b-c_@example.org", len("@ada.b-c_")),
        ("@ada.@example.org", 17),
        ("@.ada@example.org", 17),
        ("@Ada@bücher.example/@b@c.example", len("@Ada/@b@c.example")),
        ("窯@ada@example.org", 17),  # after a letter
        ("=@ada@example.org", 17),
        ("@ada@example.org@", 17),
        ("@ada@example.org://", 19),
        ("@ada@user_1--2..org-.", len("@ada-.")),
        ("https://ex.am/@ada@example.org @ada@example.org", 23 + 1 + 4),
        ("👩‍👩‍👧‍👦🇩🇪", 2),
    ],
)
def test_text_length_is_counted_as_mastodon_counts_it(text: str, length: int) -> None:
    assert countable_length(text, DOCUMENTED) == length


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (Content("x" * 500), None),
        (Content("x" * 501), "The text counts as 501 characters; this Mastodon server allows 500."),
        (Content("x" * 400, options={"spoilerText": "窯" * 100}), None),
        (
            Content("x" * 400, options={"spoilerText": "窯" * 101}),
            "The text counts as 501 characters; this Mastodon server allows 500.",
        ),
        (Content("x" * 476, options={"spoilerText": "https://ex.am/" + "p" * 10}), None),
        (
            Content("x" * 476, options={"spoilerText": "https://ex.am/" + "p" * 11}),
            "The text counts as 501 characters; this Mastodon server allows 500.",
        ),
        (Content(" "), "A post on Mastodon needs text, an image or a video."),
        (Content("", ("u",)), None),
        (Content("x", ("u",) * 4), None),
        (Content("x", ("u",) * 5), "The post has 5 media items; this Mastodon server allows 4."),
        (Content("x", ("u",), alt_texts={"u": "a" * 1_500, "another": "a" * 2_000}), None),
        (
            Content("x", ("u",), alt_texts={"u": "a" * 1_501}),
            "An alternative text is 1501 characters long; this Mastodon server allows 1500.",
        ),
    ],
)
def test_content_is_accepted_up_to_each_limit(content: Content, sentence: str | None) -> None:
    assert problems(content, DOCUMENTED) == ([] if sentence is None else [sentence])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"visibility": "direct", "sensitive": True, "language": "pt-BR", "spoilerText": ""}, None),
        ({"visibility": "friends"}, "visibility is 'friends'; it must be one of public, unlisted, private, direct."),
        ({"spoilerText": 5}, "spoilerText is 5; it must be a string."),
        ({"sensitive": "yes"}, "sensitive is 'yes'; it must be true or false."),
        ({"language": "English"}, "language is 'English'; it must be a language code such as en or pt-BR."),
    ],
)
def test_invalid_option_is_named(options: dict[str, Any], sentence: str | None) -> None:
    assert problems(Content("x", options=options), DOCUMENTED) == ([] if sentence is None else [sentence])


@pytest.mark.parametrize(
    ("content_type", "known", "sentence"),
    [
        (IMAGE, {"size_bytes": 16_777_216}, None),
        (IMAGE, {"size_bytes": 16_777_217}, "Image 1 has 16,777,217 bytes; this Mastodon server allows 16,777,216."),
        ("image/webp", {}, None),
        (
            "image/tiff",
            {},
            "Image 1 has the type image/tiff; Mastodon accepts JPEG, PNG, GIF, WebP, AVIF, HEIC and HEIF.",
        ),
        (VIDEO, {"size_bytes": 103_809_024}, None),
        (
            VIDEO,
            {"size_bytes": 103_809_025},
            "The video has 103,809,025 bytes; this Mastodon server allows 103,809,024.",
        ),
        (VIDEO, {"width": 3840, "height": 2160}, None),
        (
            VIDEO,
            {"width": 3841, "height": 2160},
            "The video has 3841 x 2160 pixels; this Mastodon server allows 8,294,400 in total.",
        ),
        (IMAGE, {"width": 8000, "height": 6000}, None),
    ],
)
def test_media_item_is_accepted_up_to_each_limit(
    content_type: str, known: dict[str, Any], sentence: str | None
) -> None:
    found = problems(Content("x", ("u",)), DOCUMENTED, [MediaInfo("u", content_type, **known)])
    assert found == ([] if sentence is None else [sentence])


def test_video_cannot_be_combined_with_other_media_items() -> None:
    media = [MediaInfo("u", IMAGE), MediaInfo("v", VIDEO)]
    assert problems(Content("x", ("u", "v")), DOCUMENTED, media) == [
        "A post on Mastodon can contain one video or several images, not both."
    ]


@pytest.mark.parametrize(
    "content",
    [
        Content("x" * 5_000),
        Content("https://ex.am " + "x" * 4_949),
        Content("x", ("u",) * 16, alt_texts={"u": "a" * 10_000}),
    ],
)
def test_server_limits_replace_the_defaults(content: Content) -> None:
    assert problems(content, GENEROUS) == []
    assert problems(content, DOCUMENTED)


@pytest.mark.parametrize(
    ("content_type", "size", "limits", "sentence"),
    [
        (IMAGE, 3_000, Limits(max_image_bytes=2_000), "Image 1 has 3,000 bytes; this Mastodon server allows 2,000."),
        (IMAGE, 16_777_217, UNKNOWN, "Image 1 has 16,777,217 bytes; Minutehand uploads up to 16,777,216."),
        (
            IMAGE,
            50_000_000,
            Limits(max_image_bytes=40_000_000),
            "Image 1 has 50,000,000 bytes; Minutehand uploads up to 16,777,216.",
        ),
        (VIDEO, 103_809_025, UNKNOWN, "The video has 103,809,025 bytes; Minutehand uploads up to 103,809,024."),
    ],
)
def test_our_own_size_limit_is_not_attributed_to_the_server(
    content_type: str, size: int, limits: Limits, sentence: str
) -> None:
    assert problems(Content("x", ("u",)), limits, [MediaInfo("u", content_type, size)]) == [sentence]


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (Content("x" * 100_000), []),
        (Content("x", ("u",) * 20, alt_texts={"u": "a" * 20_000}), []),
        (Content("x", ("u",)), [MediaInfo("u", VIDEO, width=7_680, height=4_320)]),
    ],
)
def test_limit_that_a_server_does_not_publish_does_not_apply(content: Content, media: list[MediaInfo]) -> None:
    assert problems(content, UNKNOWN, media) == []
    assert rulebook_for("mastodon", {}).problems(content, media) == []
    assert rulebook_for("mastodon").problems(content, media)


@pytest.mark.parametrize(("url", "length"), [("https://ex.am", 13), ("https://ex.am/" + "p" * 300, 23)])
def test_url_of_unknown_weight_counts_as_the_shorter_of_the_possible_lengths(url: str, length: int) -> None:
    assert countable_length(url, Limits(max_characters=5_000)) == length


def test_limits_of_a_post_without_an_account_are_those_of_mastodon() -> None:
    sentence = "The text counts as 501 characters; Mastodon allows 500."

    assert rulebook_for("mastodon").problems(Content("x" * 501)) == [sentence]


def test_validation_without_a_server_applies_only_the_shared_rules() -> None:
    rules = rulebook_for_any_server("mastodon")
    assert rules.problems(Content("x" * 100_000, ("u",) * 100)) == []
    assert len(rules.problems(Content("x", options={"visibility": "friends"}))) == 1


def test_stored_limits_are_read_despite_unknown_names() -> None:
    limits = Limits.from_mapping({"max_characters": 5_000, "max_polls": 3})

    assert limits == Limits(max_characters=5_000)
    assert limits.published() == {"max_characters": 5_000}
