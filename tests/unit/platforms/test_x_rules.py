from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.x import timeline
from minutehand.platforms.x.addresses import addresses
from minutehand.platforms.x.rules import rulebook
from minutehand.platforms.x.weight import weighted_length

problems = rulebook.problems

FAMILY, FLAG, KEYCAP = "👩‍👩‍👧‍👦", "🇩🇪", "1️⃣"
JPEG, GIF, MP4 = "image/jpeg", "image/gif", "video/mp4"
ADDRESS = "https://ex.am/" + "p" * 300
KANA = "あいうえおかきくけこ"
JOINED = """
🏳️‍🌈 🏴‍☠️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇽🇰 🇬🇧 #️⃣ *⃣ ☺️ ⭐️ 👩🏽‍🚀 👨‍🦰 🧑‍🎄 🧑‍🦽‍➡️ 🤷‍♂️ 🕵️‍♂️ 🕵🏽‍♀️ 👯‍♀️
🏃🏽‍♀️‍➡️ 🚶‍➡️ 🧑🏻‍❤️‍💋‍🧑🏿 👩‍❤️‍👨 👩🏻‍🤝‍👨🏿 🫱🏻‍🫲🏿 👨‍👦 👨‍👩‍👧 🧑‍🧑‍🧒‍🧒 👁️‍🗨️ ❤️‍🔥 ⛓️‍💥 🐈‍⬛ 🐻‍❄️ 🐦‍🔥 🍋‍🟩 😶‍🌫️ 🙂‍↔️
"""
POLL = {"options": ["Oak", "Ash"], "durationMinutes": 60}
ARMED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("abc", 3),
        ("Gruß", 4),
        ("Привет", 6),
        ("\u10ff", 1),  # the last code point with the weight 1
        ("\u1100", 2),
        ("窯", 2),
        ("한글", 4),
        ("e\u0301", 1),  # one character after composition (NFC)
        ("x\u0301\u0302", 3),  # combining marks without a composed form count separately
        ("“x” \u2013 …", 8),
        ("🔥", 2),
        (FAMILY, 2),
        ("👍🏽", 2),
        (FLAG, 2),
        (KEYCAP, 2),
        ("❤️", 2),
        (FAMILY + FLAG + "x", 5),
        (ADDRESS, 23),
        ("http://ex.am", 23),
        ("(https://ex.am/ple).", 26),
        ("example.com", 23),
        ("see example.com/path?x=1 now", 31),
        ("example.de", 23),
        ("example.de/path", 23),
        ("www.example.de", 23),
        ("bit.co", 23),
        ("ada@example.com", 15),
        ("done.Then", 9),
        ("v1.2.3", 6),
        ("a." * 100 + "com", 23),
        ("a." * 50_000, 100_000),
        ("見て" + ADDRESS, 4 + 23),
        ("窯" * 120 + "https://example.com/" + "a" * 80, 240 + 23),
        ("https://example.com/a" + "あ" * 200, 23 + 400),
        ("https://example.comだよね", 23 + 6),
        ("https://" + "a" * 400, 408),
        ("https://example.com/" + "a" * 4_076, 23),
        ("https://example.com/" + "a" * 4_077, 4_097),  # longer than an address may be
        (f"http://{KANA * 5}あい.com", 23),  # a label of 63 characters in DNS
        (f"http://{KANA * 5}あいう.com", 7 + 106 + 4),
        ("a" * 63 + ".com", 23),
        ("a" * 64 + ".com", 68),
    ],
)
def test_text_has_the_weight_that_x_documents(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Next to letters of scripts without spaces, from the tests of twitter-text.
        (
            "http://twitter.com/これは日本語です。example.com中国語http://t.co/abcde한국twitter.com",
            ["http://twitter.com/", "example.com", "http://t.co/abcde", "twitter.com"],
        ),
        ("twitter.jp日本語it.so中国語foo.jp it.so", ["twitter.jp", "it.so", "foo.jp", "it.so"]),
        ("http://exampleこれは日本語です.com/path", ["http://exampleこれは日本語です.com/path"]),
        ("http://example.comだよね.comtest/hoge", ["http://example.com"]),
        ("http://foobar.みんな/ http://foobar.中国で", ["http://foobar.みんな/", "http://foobar.中国"]),
        ("http://✪df.ws/ejp", ["http://✪df.ws/ejp"]),
        ("http://xn--ls8h.XN--ls8h.la/ http://xn--はじめよう.com", ["http://xn--ls8h.XN--ls8h.la/"]),
        ("ELPAÍS.com", ["ELPAÍS.com"]),
        # The characters that may precede an address.
        ("xhttps://ex.am éhttps://ex.am _https://ex.am", ["https://ex.am", "https://ex.am"]),
        ("and.https://ex.am/a", ["https://ex.am/a"]),
        ("@https://ex.am #https://ex.am $https://ex.am", []),
        ("#ex.com @ex.com $ex.com -ex.com _ex.com .ex.com /ex.com", []),
        ("(ex.com) “ex.com” *ex.com", ["ex.com", "ex.com", "ex.com"]),
        # The end of a host, and valid hosts.
        ("http://sub_domain-dash.ex.com", ["http://sub_domain-dash.ex.com"]),
        ("http://under_score.com http://-dash.ex.com http://dash-.ex.com http://_a.ex.com", []),
        ("http://no-ending http://ex.c http://ex.c0m http://192.168.0.1/a", []),
        ("ex.com.then ex.community ex.comm", ["ex.com", "ex.community"]),
        ("john.doe.gov@mail.com ex.com+a ex.com-like", []),
        ("Node.js main.rb a.tar.bz2 wow...", []),
        ("https://ex.anything ex.anything", ["https://ex.anything"]),
        ("http://http://ex.am http://a.bあhttps://ex.am", ["http://ex.am", "https://ex.am"]),
        # The end of a path and of a query.
        (
            "http://ex.am/. http://ex.am/a,,, http://ex.am/a-b+",
            ["http://ex.am/", "http://ex.am/a", "http://ex.am/a-b+"],
        ),
        ("http://ex.am:80/a http://ex.am: http://ex.am:b", ["http://ex.am:80/a", "http://ex.am", "http://ex.am"]),
        ("(http://ex.am/a_(b)) http://ex.am/(a_(b))c", ["http://ex.am/a_(b)", "http://ex.am/(a_(b))c"]),
        ("http://ex.am/a(b http://ex.am/(", ["http://ex.am/a", "http://ex.am/"]),
        ("http://ex.am?#a http://ex.am/a?b=(c)! ex.com?", ["http://ex.am?#a", "http://ex.am/a?b=(c", "ex.com"]),
        ("ex.com:80 ex.com?a ex.com:80/a?b", ["ex.com", "ex.com", "ex.com:80/a?b"]),
        ("ex.com/http://ex.am http://ex.am/ex.com", ["ex.com/http://ex.am", "http://ex.am/ex.com"]),
        ("http://ex.am/Русские_слова http://ex.am/ü–ü", ["http://ex.am/Русские_слова", "http://ex.am/ü–ü"]),  # noqa: RUF001
    ],
)
def test_x_addresses_are_found(text: str, found: list[str]) -> None:
    spans = list(addresses(text))

    assert [span.text for span in spans] == found
    assert all(text[span.start : span.end] == span.text for span in spans)


@pytest.mark.parametrize(
    "emoji",
    JOINED.split(),
)
def test_emoji_weighs_2_whatever_its_sequence(emoji: str) -> None:
    assert weighted_length(emoji) == 2
    assert weighted_length(f"x{emoji}{emoji}x") == 6


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("👍" + "\u200d👍" * 199, 200 * 2 + 199),
        ("👨" + "\u200d👨" * 9, 10 * 2 + 9),
        (FAMILY + "\u200d👦", 2 + 1 + 2),
        ("🐈\u200d🚀", 2 + 1 + 2),
        ("🔥\u200d", 2 + 1),
        ("😀" + "\u0301" * 400, 2 + 400),
        ("😀🏽", 2 + 2),  # faces have no skin tone
        ("👍🏽🏽", 2 + 2),
        ("🇭🇪🇱🇱🇴", 5 * 2),  # regional indicators, no two of which form a flag
        ("🇩🇪🇩", 2 + 2),
        ("🏴\U000e0067\U000e0062", 3 * 2),
        ("12#", 3),
        ("©®", 2),
        ("☺\ufe0e", 2 + 2),
    ],
)
def test_unknown_emoji_sequence_weighs_the_sum_of_its_characters(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


@pytest.mark.parametrize(
    "text",
    [
        "x" * 280,
        "窯" * 140,
        FAMILY * 140,
        "e\u0301" * 280,
        "x" * 256 + " https://example.org/" + "y" * 300,
        "x" * 256 + " example.com/" + "y" * 300,
    ],
)
def test_text_is_accepted_up_to_the_limit(text: str) -> None:
    assert problems(Content(text)) == []
    assert problems(Content("x" + text)) == ["The text counts as 281 characters; X allows 280."]


def test_premium_option_allows_longer_text() -> None:
    assert problems(Content("x" * 25_000, options={"premium": True})) == []
    assert problems(Content("x" * 25_001, options={"premium": True})) == [
        "The text counts as 25001 characters; X allows 25000."
    ]


@pytest.mark.parametrize(
    "content",
    [
        Content("", ("u",)),
        Content("x", ("u",) * 4),
        Content("x", ("u",), alt_texts={"u": "a" * 1000, "another": "a" * 2000}),
        Content("x", options={"poll": {"options": ["a" * 25] * 4, "durationMinutes": 10_080}}),
        Content("x", options={"replySettings": "mentionedUsers", "quoteTweetId": "1", "communityId": "2"}),
    ],
)
def test_valid_content_is_accepted(content: Content) -> None:
    assert problems(content) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (Content(" "), "A post on X needs text, an image or a video."),
        (Content("x", ("u",) * 5), "The post has 5 media items; X allows 4."),
        (
            Content("x", ("u",), alt_texts={"u": "a" * 1001}),
            "An alternative text is 1001 characters long; X allows 1000.",
        ),
        (
            Content("x", options={"replySettings": "nobody"}),
            "replySettings is 'nobody'; it must be one of following, mentionedUsers, subscribers, verified.",
        ),
        (Content("x", options={"premium": "yes"}), "premium is 'yes'; it must be true or false."),
        (Content("x", options={"quoteTweetId": 199}), "quoteTweetId is 199; it must be a string of digits."),
        (
            Content("x", options={"poll": ["Oak"]}),
            "poll is ['Oak']; it must be an object with options (strings that are not blank) and durationMinutes.",
        ),
        (Content("x", options={"poll": POLL | {"options": ["a"]}}), "poll.options has 1 entries; X allows 2 to 4."),
        (Content("x", options={"poll": POLL | {"options": ["a"] * 5}}), "poll.options has 5 entries; X allows 2 to 4."),
        (
            Content("x", options={"poll": POLL | {"options": ["a", "b" * 26]}}),
            "A poll option is 26 characters long; X allows 25.",
        ),
        (
            Content("x", options={"poll": POLL | {"durationMinutes": 4}}),
            "poll.durationMinutes is 4; it must be an integer from 5 to 10080.",
        ),
        (
            Content("x", ("u",), options={"poll": POLL}),
            "A post with a poll on X cannot contain media or quote a post. Remove poll, or media and quoteTweetId.",
        ),
        (
            Content("x", ("u",), options={"quoteTweetId": "1"}),
            "A post on X cannot contain media and also quote a post. Remove the media or quoteTweetId.",
        ),
    ],
)
def test_broken_rule_is_named(content: Content, sentence: str) -> None:
    assert problems(content) == [sentence]


@pytest.mark.parametrize(
    ("content_type", "known", "sentence"),
    [
        (JPEG, {"size_bytes": 5_242_880}, None),
        (JPEG, {"size_bytes": 5_242_881}, "Image 1 has 5,242,881 bytes; X allows 5,242,880."),
        (
            "image/avif",
            {},
            "Media item 1 has the type image/avif; X accepts JPEG, PNG, WebP, GIF, MP4 and MOV.",
        ),
        (GIF, {"size_bytes": 15_728_640, "width": 1280, "height": 1080}, None),
        (GIF, {"size_bytes": 15_728_641}, "Image 1 has 15,728,641 bytes; X allows 15,728,640."),
        (GIF, {"width": 1281, "height": 10}, "The GIF has 1281 x 10 pixels; X allows 1280 x 1080."),
        (GIF, {"width": 10, "height": 1081}, "The GIF has 10 x 1081 pixels; X allows 1280 x 1080."),
        ("video/webm", {}, "The video has the type video/webm; X accepts MP4 and MOV."),
        (MP4, {"size_bytes": 536_870_912}, None),
        (MP4, {"size_bytes": 536_870_913}, "The video has 536,870,913 bytes; X allows 536,870,912."),
        (MP4, {"duration_seconds": 0.5}, None),
        (MP4, {"duration_seconds": 0.4}, "The video lasts 0.4 seconds; X allows 0.5 to 140."),
        (MP4, {"duration_seconds": 140.0}, None),
        (MP4, {"duration_seconds": 140.5}, "The video lasts 140.5 seconds; X allows 0.5 to 140."),
        (MP4, {"width": 300, "height": 100}, None),
        (
            MP4,
            {"width": 100, "height": 301},
            "The video has 100 x 301 pixels; X requires at least 32 x 32, and an aspect ratio of at most 3:1.",
        ),
        (MP4, {"width": 32, "height": 32}, None),
        (
            MP4,
            {"width": 32, "height": 31},
            "The video has 32 x 31 pixels; X requires at least 32 x 32, and an aspect ratio of at most 3:1.",
        ),
    ],
)
def test_media_item_is_accepted_up_to_each_limit(
    content_type: str, known: dict[str, Any], sentence: str | None
) -> None:
    found = problems(Content("x", ("u",)), [MediaInfo("u", content_type, **known)])
    assert found == ([sentence] if sentence else [])


def test_premium_option_allows_longer_videos() -> None:
    long = MediaInfo("u", MP4, size_bytes=600_000_000, duration_seconds=14_400)
    assert problems(Content("x", ("u",), options={"premium": True}), [long]) == []
    assert len(problems(Content("x", ("u",)), [long])) == 2


@pytest.mark.parametrize("other", [GIF, MP4])
def test_gif_or_video_cannot_be_combined_with_other_media_items(other: str) -> None:
    assert problems(Content("x", ("u", "v")), [MediaInfo("u", JPEG), MediaInfo("v", other)]) == [
        "A post on X can contain up to 4 images, or one GIF, or one video."
    ]


def listed(**fields: Any) -> dict[str, Any]:
    return {"id": "1990000000000000001", "text": "Hello", "created_at": "2026-03-02T09:00:01.000Z"} | fields


@pytest.mark.parametrize(
    ("content", "post"),
    [
        (Content("Hello"), listed()),
        (Content(" Hello\n"), listed(created_at="2026-03-02T08:59:30.000Z")),
        (Content("5 < 6 & 7"), listed(text="5 &lt; 6 &amp; 7")),
        (
            Content("See example.com and https://ex.am/b?c=d&e"),
            listed(
                text="See https://t.co/a and https://t.co/b",
                entities={
                    "urls": [
                        {"url": "https://t.co/a", "expanded_url": "http://example.com"},
                        {"url": "https://t.co/b", "expanded_url": "https://ex.am/b?c=d&e"},
                    ]
                },
            ),
        ),
        (
            Content("5 < 6 & https://ex.am/?a=1&region=eu&copy=2"),
            listed(
                text="5 &lt; 6 &amp; https://t.co/a",
                entities={"urls": [{"url": "https://t.co/a", "expanded_url": "https://ex.am/?a=1&region=eu&copy=2"}]},
            ),
        ),
        (
            Content("Hello", ("u",)),
            listed(
                text="Hello https://t.co/a",
                entities={"urls": [{"url": "https://t.co/a", "expanded_url": "https://x.com/ada/status/1/photo/1"}]},
                attachments={"media_keys": ["3_1"]},
            ),
        ),
        (Content("Hello", reply_to="1"), listed(text="@ada @bob Hello")),
        (Content("Hello " * 100), listed(text="Hello Hello…", note_tweet={"text": ("Hello " * 100).strip()})),
    ],
)
def test_post_matches_despite_the_changes_that_x_makes(content: Content, post: dict[str, Any]) -> None:
    assert list(timeline.matching([post], content, ARMED)) == ["1990000000000000001"]


@pytest.mark.parametrize(
    "post",
    [
        None,
        listed(text="Hello!"),
        listed(text="@ada Hello"),
        listed(created_at=(ARMED - timedelta(seconds=31)).isoformat()),
        listed(created_at=None),
        listed(created_at="2026-03-02"),
        listed(id=7),
        listed(attachments={"media_keys": ["3_1"]}),
    ],
)
def test_different_post_does_not_match(post: Any) -> None:
    assert list(timeline.matching([post], Content("Hello"), ARMED)) == []
