from typing import Any

import pytest

from minutehand.platforms.catalog import ALIASES, DISPLAY_NAMES
from minutehand.posts.forms.base import PostReference
from minutehand.posts.forms.create import NewPost
from minutehand.posts.forms.update import PostChanges
from minutehand.runtime.errors import InvalidInput, NotFound
from minutehand.runtime.validation import MAX_DETAILS, parse


def post(**fields: Any) -> NewPost:
    return parse(NewPost, {"content": "Hello"} | fields)


def refusal(**fields: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        post(**fields)
    return refused.value


@pytest.mark.parametrize("name", [*DISPLAY_NAMES, *ALIASES, "Instagram", " YouTube "])
def test_every_platform_has_its_one_name(name: str) -> None:
    plain = name.strip().lower()

    assert post(platforms=[name]).platforms == [ALIASES.get(plain, plain)]


@pytest.mark.parametrize("platforms", [["x", "x"], ["x", "twitter"], ["bluesky", "Bluesky"]])
def test_a_platform_is_named_once(platforms: list[str]) -> None:
    assert "twice" in refusal(platforms=platforms).message


def test_the_alias_is_named_when_it_is_the_reason() -> None:
    assert refusal(platforms=["x", "twitter"]).message == (
        "platforms names X twice (twitter is the same). Name each platform once."
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.jpg",
        "http://example.com:8080/a?b=c#d",
        "https://[2001:db8::1]/a",
        "HTTPS://müller.example/ü",
    ],
)
def test_a_complete_web_address_is_media(url: str) -> None:
    assert post(mediaUrls=[url]).media_urls == [url]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/a.jpg",
        "/a.jpg",
        "//example.com/a.jpg",
        "ftp://example.com/a.jpg",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "https://",
        "https:///a.jpg",
        "https://:443/a.jpg",
        "https://example.com:notaport/a",
        "https://example.com:0/a",
        "https://example.com:70000/a",
        "https://[::1/a",
        "https://user:secret@example.com/a",
        "https://user@example.com/a",
        "https://exa mple.com/a",
        "https://example.com/a\nb",
        "https://example.com\\@evil.example/a",
    ],
)
def test_what_is_no_complete_web_address_is_refused(url: str) -> None:
    assert refusal(mediaUrls=["https://example.com/a.jpg", url]).details[0]["field"] == "mediaUrls[1]"


@pytest.mark.parametrize(
    ("field", "fits", "too_long"),
    [
        ("content", "a" * 100_000, "a" * 100_001),
        ("campaign", "a" * 200, "a" * 201),
        ("notes", "a" * 10_000, "a" * 10_001),
        ("mediaUrls", [f"https://a.example/{n}" for n in range(35)], [f"https://a.example/{n}" for n in range(36)]),
        ("mediaUrls", ["https://a.example/" + "a" * 2_030], ["https://a.example/" + "a" * 2_031]),
    ],
)
def test_lengths_have_their_limits(field: str, fits: object, too_long: object) -> None:
    assert post(**{field: fits})

    error = refusal(**{field: too_long})
    assert str(error.details[0]["field"]).startswith(field)
    assert "at most" in error.message


def test_the_limit_of_the_content_is_said() -> None:
    assert (
        refusal(content="a" * 100_001).message == "content may have at most 100,000 characters; this one has 100,001."
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"content": 5}, "content must be text."),
        ({"content": None}, "content must be text."),
        ({"platforms": "x"}, "platforms must be a list."),
        ({"platforms": [1]}, "platforms[0] must be text."),
        ({"approvalRequired": "true"}, "approvalRequired must be true or false."),
        ({"approvalRequired": 1}, "approvalRequired must be true or false."),
        ({"timezone": None}, "timezone must be text."),
        ({"timezone": "Berlin"}, 'timezone "Berlin" is not an IANA time zone, such as UTC or Europe/Berlin.'),
        (
            {"timezone": "../../etc/passwd"},
            'timezone "../../etc/passwd" is not an IANA time zone, such as UTC or Europe/Berlin.',
        ),
        ({"scheduledAt": 1_777_887_000}, "scheduledAt must be text in ISO 8601."),
    ],
)
def test_kinds_and_names_are_taken_at_their_word(fields: dict[str, Any], sentence: str) -> None:
    assert refusal(**fields).message == sentence


def test_an_unknown_field_is_answered_with_the_known_ones() -> None:
    error = refusal(media_urls=[])

    assert error.message.startswith("There is no field media_urls. The fields are: content, platforms, mediaUrls, ")
    assert "mediaUrls" in str(error.details[0]["allowed"])


def test_a_blank_campaign_is_none() -> None:
    assert post(campaign="  ").campaign is None


def test_what_was_given_is_repeated_in_short() -> None:
    long = "b" * 5_000

    assert refusal(timezone=long).details[0]["given"] == "b" * 79 + "…"
    assert len(refusal(timezone=long).message) < 200
    assert refusal(content={"a": ["b"]}).details[0]["given"] == '{"a": ["b"]}'


def test_of_very_many_problems_the_first_are_listed() -> None:
    many = {f"field{number}": 1 for number in range(500)}

    assert len(refusal(**many).details) == MAX_DETAILS


def test_changes_know_what_was_given() -> None:
    changes = parse(PostChanges, {"postId": "1", "version": 3, "scheduledAt": None, "mediaUrls": []})

    assert changes.given() == ["mediaUrls", "scheduledAt"]


@pytest.mark.parametrize("post_id", ["", "1", "post-123-abc", "0b7d5a52-3c1e-4d8f-9a6b-2e4f6c8d0a1", "ä" * 36])
def test_nothing_has_an_id_that_is_no_uuid(post_id: str) -> None:
    with pytest.raises(NotFound):
        parse(PostReference, {"postId": post_id}).id()
