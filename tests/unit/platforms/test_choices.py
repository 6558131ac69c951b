"""The values of options that platforms list for accounts."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.choices import MAX_CHOICES, Choice, Choices, read_choices_of
from minutehand.platforms.port import (
    Account,
    PermissionMissing,
    PublishError,
    RateLimited,
    Rejected,
    TokenExpired,
    Transient,
)
from minutehand.platforms.rulebook import rulebook_for
from tests.support.clock import FakeClock
from tests.support.oauth import Answer, Hosts

TOKEN = "secret-access-token"
BOARDS = "GET https://api.pinterest.com/v5/boards"
CREATOR = "POST https://open.tiktokapis.com/v2/post/publish/creator_info/query/"
CHANNELS = "GET https://www.googleapis.com/youtube/v3/channels"
CATEGORIES = "GET https://www.googleapis.com/youtube/v3/videoCategories"
ROLES = "GET https://api.linkedin.com/rest/organizationAcls"
NAMES = "GET https://api.linkedin.com/rest/organizations"
URN = "urn:li:organization:41"
WITH_CHOICES = sorted(platform for platform in PLATFORMS if rulebook_for(platform).choices)


def read(platform: str, answers: Mapping[str, Answer]) -> tuple[Choices, Hosts]:
    hosts = Hosts(answers)
    account = Account("c1", platform, "", "ada", "", {"access_token": TOKEN})
    found = read_choices_of(platform)(hosts.client, account, FakeClock())
    assert {request.headers["authorization"] for request in hosts.requests} == {f"Bearer {TOKEN}"}
    assert not [request for request in hosts.requests if TOKEN in str(request.url)]
    return found, hosts


def failure(platform: str, answers: Mapping[str, Answer]) -> PublishError:
    with pytest.raises(PublishError) as caught:
        read(platform, answers)
    return caught.value


def creator(*levels: object) -> dict[str, Any]:
    return {"data": {"privacy_level_options": list(levels)}, "error": {"code": "ok", "message": ""}}


def boards(*items: object, bookmark: object = None) -> dict[str, Any]:
    return {"items": list(items), "bookmark": bookmark}


def category(key: object, title: object, assignable: object = True) -> dict[str, Any]:
    return {"id": key, "snippet": {"title": title, "assignable": assignable}}


def channel(country: object = "DE") -> dict[str, Any]:
    return {"items": [{"id": "UC1", "snippet": {"title": "Ada", "country": country}}]}


def categories(*items: object, country: object = "DE") -> dict[str, Answer]:
    return {CHANNELS: channel(country), CATEGORIES: {"items": list(items)}}


ANSWERS: dict[str, tuple[dict[str, Answer], dict[str, list[Choice]]]] = {
    "pinterest": (
        {BOARDS: boards({"id": "549755885175", "name": "Kilns"}, {"id": "7", "name": "Ads", "is_ads_only": True})},
        {"boards": [Choice("549755885175", "Kilns")]},
    ),
    "tiktok": (
        {CREATOR: creator("FOLLOWER_OF_CREATOR", "SELF_ONLY", "A_NEW_LEVEL")},
        {"privacyLevels": [Choice("FOLLOWER_OF_CREATOR", "Followers"), Choice("SELF_ONLY", "Only you")]},
    ),
    "youtube": (
        categories(category("26", "Howto & Style"), category("30", "Movies", assignable=False)),
        {"categories": [Choice("26", "Howto & Style")]},
    ),
    "linkedin": (
        {
            ROLES: {"elements": [{"organization": URN}, {"organization": "urn:li:organizationBrand:9"}]},
            NAMES: {"results": {"41": {"localizedName": "Engines Ltd"}}},
        },
        {"pages": [Choice(URN, "Engines Ltd")]},
    ),
}


@pytest.mark.parametrize("platform", WITH_CHOICES)
def test_choices_are_read_under_the_names_of_the_rulebook(platform: str) -> None:
    answers, expected = ANSWERS[platform]

    found, _ = read(platform, answers)

    assert found == expected
    assert set(found) == set(rulebook_for(platform).choices.values())


@pytest.mark.parametrize("platform", WITH_CHOICES)
def test_rulebook_accepts_every_choice(platform: str) -> None:
    rulebook, (answers, _) = rulebook_for(platform), ANSWERS[platform]
    found, _ = read(platform, answers)

    for option, name in rulebook.choices.items():
        for choice in found[name]:
            assert rulebook.options[option].findings(option, choice.value) == []


def test_boards_are_read_page_by_page() -> None:
    pages: Answer = [boards({"id": "1", "name": "A"}, bookmark="next"), boards({"id": "2", "name": "B"})]

    found, hosts = read("pinterest", {BOARDS: pages})

    assert found == {"boards": [Choice("1", "A"), Choice("2", "B")]}
    assert [hosts.query(number) for number in range(2)] == [
        {"page_size": "250"},
        {"page_size": "250", "bookmark": "next"},
    ]


def test_endless_pages_of_boards_end_at_the_maximum() -> None:
    pages = [
        boards(*({"id": str(page * 250 + number), "name": "x"} for number in range(250)), bookmark=f"b{page}")
        for page in range(9)
    ]

    found, hosts = read("pinterest", {BOARDS: list(pages)})

    assert (len(found["boards"]), len(hosts.requests)) == (MAX_CHOICES, 4)


def test_bookmark_that_repeats_ends_the_list() -> None:
    page = boards({"id": "1", "name": "A"}, bookmark="same")

    found, hosts = read("pinterest", {BOARDS: page})

    assert found == {"boards": [Choice("1", "A")]}
    assert len(hosts.requests) == 2


def test_long_page_is_cut_at_the_maximum() -> None:
    page = boards(*({"id": str(number), "name": "x"} for number in range(3_000)))

    found, _ = read("pinterest", {BOARDS: page})

    assert [choice.value for choice in found["boards"]] == [str(number) for number in range(MAX_CHOICES)]


@pytest.mark.parametrize(
    ("board", "expected"),
    [
        ({"id": "1", "name": "A\u202e\x00B"}, [Choice("1", "AB")]),
        ({"id": "1", "name": "x" * 9_000}, [Choice("1", "x" * 300)]),
        ({"id": "1", "name": ["A"]}, [Choice("1", "1")]),
        ({"id": "1"}, [Choice("1", "1")]),
        ({"id": 1, "name": "A"}, []),
        ({"id": "1\n2", "name": "A"}, []),
        ({"id": "9" * 400, "name": "A"}, []),
        ({"name": "A"}, []),
        ("text", []),
    ],
    ids=["directions", "long name", "list", "no name", "number", "two lines", "long id", "no id", "text"],
)
def test_text_of_a_board_is_cleaned_or_left_out(board: object, expected: list[Choice]) -> None:
    found, _ = read("pinterest", {BOARDS: boards(board)})

    assert found == {"boards": expected}


@pytest.mark.parametrize("country", ["de", "DE&part=x", "DEU", 7, None, ""], ids=repr)
def test_categories_are_those_of_the_united_states_if_the_channel_has_no_usable_country(country: object) -> None:
    _, hosts = read("youtube", categories(category("1", "Film"), country=country))

    assert hosts.query(1) == {"part": "snippet", "regionCode": "US", "hl": "en"}


def test_categories_are_those_of_the_country_of_the_channel() -> None:
    _, hosts = read("youtube", categories(category("1", "Film")))

    assert hosts.query(1) == {"part": "snippet", "regionCode": "DE", "hl": "en"}


@pytest.mark.parametrize("key", ["x1", "", 7, None, "1" * 11], ids=repr)
def test_category_whose_id_is_no_number_is_left_out(key: object) -> None:
    found, _ = read("youtube", categories(category(key, "Film")))

    assert found == {"categories": []}


def test_organisation_without_a_readable_name_has_its_number_as_the_label() -> None:
    forbidden = httpx.Response(403, json={"status": 403, "message": "Not enough permissions"})
    found, _ = read("linkedin", {ROLES: {"elements": [{"organization": URN}]}, NAMES: forbidden})

    assert found == {"pages": [Choice(URN, "41")]}


def response(status: int, body: object) -> httpx.Response:
    return httpx.Response(status, json=body)


def youtube_error(status: int, reason: str) -> httpx.Response:
    return response(status, {"error": {"code": status, "message": "No.", "errors": [{"reason": reason}]}})


def tiktok_error(status: int, code: str) -> httpx.Response:
    return response(status, {"data": {}, "error": {"code": code, "message": "No.", "log_id": "1"}})


FAILURES: list[tuple[str, dict[str, Answer], type[PublishError], str]] = [
    ("pinterest", {BOARDS: response(401, {"code": 2, "message": "No."})}, TokenExpired, "token_expired"),
    ("pinterest", {BOARDS: response(403, {"code": 29, "message": "No."})}, PermissionMissing, "reconnect_required"),
    ("pinterest", {BOARDS: response(401, {"code": 7, "message": "No."})}, PermissionMissing, "reconnect_required"),
    ("pinterest", {BOARDS: response(429, {"code": 8, "message": "No."})}, RateLimited, "rate_limited"),
    ("pinterest", {BOARDS: response(500, {})}, Transient, "server_error"),
    ("pinterest", {BOARDS: {"items": {}}}, Transient, "unexpected_answer"),
    ("pinterest", {BOARDS: httpx.ConnectError("no")}, Transient, "unreachable"),
    ("tiktok", {CREATOR: tiktok_error(401, "access_token_invalid")}, TokenExpired, "token_expired"),
    ("tiktok", {CREATOR: tiktok_error(401, "scope_not_authorized")}, PermissionMissing, "reconnect_required"),
    ("tiktok", {CREATOR: tiktok_error(200, "spam_risk_user_banned_from_posting")}, Rejected, "account_restricted"),
    ("tiktok", {CREATOR: {"data": {}, "error": {"code": "ok"}}}, Transient, "unexpected_answer"),
    ("youtube", {CHANNELS: youtube_error(401, "authError")}, TokenExpired, "token_expired"),
    ("youtube", {CHANNELS: youtube_error(403, "insufficientPermissions")}, PermissionMissing, "reconnect_required"),
    ("youtube", {CHANNELS: youtube_error(403, "quotaExceeded")}, RateLimited, "daily_limit"),
    ("linkedin", {ROLES: response(403, {"status": 403, "message": "No."})}, PermissionMissing, "reconnect_required"),
    (
        "linkedin",
        {ROLES: response(401, {"code": "EXPIRED_ACCESS_TOKEN", "message": "No."})},
        TokenExpired,
        "token_expired",
    ),
    (
        "linkedin",
        {ROLES: response(401, {"code": "INVALID_ACCESS_TOKEN", "message": "No."})},
        Rejected,
        "reconnect_required",
    ),
]


@pytest.mark.parametrize(
    ("platform", "answers", "kind", "code"),
    FAILURES,
    ids=[f"{platform}-{number}" for number, (platform, *_) in enumerate(FAILURES)],
)
def test_failure_has_the_kind_that_the_platform_means(
    platform: str, answers: dict[str, Answer], kind: type[PublishError], code: str
) -> None:
    error = failure(platform, answers)

    assert (type(error), error.code) == (kind, code)
    assert TOKEN not in error.reason
