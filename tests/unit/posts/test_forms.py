import json
import time
from typing import Any
from uuid import uuid4

import pytest

from minutehand.platforms.catalog import ALIASES, DISPLAY_NAMES
from minutehand.posts.forms.base import PostReference
from minutehand.posts.forms.create import NewPost
from minutehand.posts.forms.post import FIELDS
from minutehand.posts.forms.update import PostChanges
from minutehand.runtime.errors import InvalidInput, NotFound
from minutehand.runtime.request import MAX_BODY_BYTES, Request
from minutehand.runtime.validation import MAX_DETAILS, parse
from tests.support.post_fields import EXAMPLES


def post(**fields: Any) -> NewPost:
    return parse(NewPost, {"content": "Hello"} | fields)


def refusal(**fields: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        post(**fields)
    return refused.value


@pytest.mark.parametrize("name", [*DISPLAY_NAMES, *ALIASES, "Instagram", " YouTube "])
def test_platform_aliases_become_the_platform_s_key(name: str) -> None:
    plain = name.strip().lower()

    assert post(platforms=[name]).platforms == [ALIASES.get(plain, plain)]


@pytest.mark.parametrize("platforms", [["x", "x"], ["x", "twitter"], ["bluesky", "Bluesky"]])
def test_a_platform_listed_twice_is_refused(platforms: list[str]) -> None:
    assert "twice" in refusal(platforms=platforms).message


def test_an_alias_that_repeats_a_platform_is_named() -> None:
    assert refusal(platforms=["x", "twitter"]).message == (
        "platforms lists X twice (twitter is its alias). List each platform once."
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
def test_a_complete_web_address_is_accepted_as_media(url: str) -> None:
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
def test_an_incomplete_web_address_is_refused(url: str) -> None:
    assert refusal(mediaUrls=["https://example.com/a.jpg", url]).details[0]["field"] == "mediaUrls[1]"


@pytest.mark.parametrize(
    ("field", "fits", "too_long"),
    [
        *((name, "a" * limit, "a" * (limit + 1)) for name, (_, _, limit) in EXAMPLES.items() if limit),
        ("mediaUrls", [f"https://a.example/{n}" for n in range(35)], [f"https://a.example/{n}" for n in range(36)]),
        ("mediaUrls", ["https://a.example/" + "a" * 2_030], ["https://a.example/" + "a" * 2_031]),
    ],
)
def test_a_value_beyond_its_length_limit_is_refused(field: str, fits: object, too_long: object) -> None:
    assert post(**{field: fits})

    error = refusal(**{field: too_long})
    assert str(error.details[0]["field"]).startswith(field)
    assert "at most" in error.message


REPEATED = "{" + ",".join(f'"{number}":1' for number in [*range(25_000), 24_999]) + "}"
MANY_CONNECTIONS = json.dumps({"content": "Hello", "connectionIds": [str(uuid4()) for _ in range(6_000)]})


@pytest.mark.parametrize("body", [REPEATED, MANY_CONNECTIONS], ids=["repeated field", "connections"])
def test_largest_body_is_refused_in_linear_time(body: str) -> None:
    assert MAX_BODY_BYTES * 0.8 < len(body) <= MAX_BODY_BYTES
    began = time.process_time()

    with pytest.raises(InvalidInput):
        Request({"httpMethod": "POST", "headers": {}, "body": body}).form(NewPost)

    assert time.process_time() - began < 1  # quadratic time is many seconds; linear time is a few hundredths of one


def test_number_of_alternative_texts_is_limited() -> None:
    assert post(altTexts={f"https://a.example/{number}": "A kiln" for number in range(1_000)})

    error = refusal(altTexts={f"https://a.example/{number}": "A kiln" for number in range(1_001)})
    assert error.message == "altTexts may have at most 1000 entries."


def test_every_field_has_an_example_and_every_text_a_limit() -> None:
    texts = {
        name
        for name, example in EXAMPLES.items()
        if isinstance(example.given, str) and name not in ("scheduledAt", "timezone")
    }

    assert set(EXAMPLES) == set(FIELDS.values())
    assert all(EXAMPLES[name].max_characters for name in texts)


def test_an_error_about_long_content_states_both_lengths() -> None:
    assert refusal(content="a" * 100_001).message == "content is 100,001 characters long; at most 100,000 are allowed."


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"content": 5}, "content must be a string."),
        ({"content": None}, "content must be a string."),
        ({"platforms": "x"}, "platforms must be a list."),
        ({"platforms": [1]}, "platforms[0] must be a string."),
        ({"approvalRequired": "true"}, "approvalRequired must be true or false."),
        ({"approvalRequired": 1}, "approvalRequired must be true or false."),
        ({"timezone": None}, "timezone must be a string."),
        (
            {"timezone": "Berlin"},
            'timezone "Berlin" is not an IANA time zone. Use a name such as UTC or Europe/Berlin.',
        ),
        (
            {"timezone": "../../etc/passwd"},
            'timezone "../../etc/passwd" is not an IANA time zone. Use a name such as UTC or Europe/Berlin.',
        ),
        ({"scheduledAt": 1_777_887_000}, "scheduledAt must be a string in ISO 8601."),
    ],
)
def test_wrong_types_and_unknown_names_are_refused(fields: dict[str, Any], sentence: str) -> None:
    assert refusal(**fields).message == sentence


def test_an_error_about_an_unknown_field_lists_the_known_fields() -> None:
    error = refusal(media_urls=[])

    assert error.message.startswith("There is no field media_urls. The fields are: content, platforms, mediaUrls, ")
    assert "mediaUrls" in str(error.details[0]["allowed"])


def test_a_blank_campaign_becomes_none() -> None:
    assert post(campaign="  ").campaign is None


def test_a_long_given_value_is_shortened_in_the_error() -> None:
    long = "b" * 5_000

    assert refusal(timezone=long).details[0]["given"] == "b" * 79 + "…"
    assert len(refusal(timezone=long).message) < 200
    assert refusal(content={"a": ["b"]}).details[0]["given"] == '{"a": ["b"]}'


def test_the_number_of_error_details_is_limited() -> None:
    many = {f"field{number}": 1 for number in range(500)}

    assert len(refusal(**many).details) == MAX_DETAILS


def test_changes_list_the_given_fields() -> None:
    changes = parse(PostChanges, {"postId": "1", "version": 3, "scheduledAt": None, "mediaUrls": []})

    assert changes.given() == ["mediaUrls", "scheduledAt"]


@pytest.mark.parametrize("post_id", ["", "1", "post-123-abc", "0b7d5a52-3c1e-4d8f-9a6b-2e4f6c8d0a1", "ä" * 36])
def test_a_post_id_that_is_not_a_uuid_is_not_found(post_id: str) -> None:
    with pytest.raises(NotFound):
        parse(PostReference, {"postId": post_id}).id()
