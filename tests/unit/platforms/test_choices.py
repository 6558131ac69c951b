"""The values of options that platforms list for accounts."""

from collections.abc import Mapping

import httpx
import pytest

from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.choices import MAX_CHOICES, Choice, Choices, read_choices_of
from minutehand.platforms.port import Account, PublishError
from minutehand.platforms.rulebook import rulebook_for
from tests.platforms.linkedin import NAMES, ROLES, URN
from tests.platforms.pinterest import BOARDS, boards
from tests.platforms.youtube import categories, category
from tests.support.clock import FakeClock
from tests.support.expected import ExpectedChoices, expected_of
from tests.support.oauth import Answer, Hosts

TOKEN = "secret-access-token"
WITH_CHOICES = sorted(platform for platform in PLATFORMS if rulebook_for(platform).choices)


def choices_of(platform: str) -> ExpectedChoices:
    """Return the expected choices of a platform whose options have choices."""
    choices = expected_of(platform).choices
    assert choices is not None
    return choices


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


def test_platforms_without_choices_expect_none() -> None:
    assert sorted(platform for platform in PLATFORMS if expected_of(platform).choices) == WITH_CHOICES


@pytest.mark.parametrize("platform", WITH_CHOICES)
def test_choices_are_read_under_the_names_of_the_rulebook(platform: str) -> None:
    expected = choices_of(platform)

    found, _ = read(platform, expected.responses)

    assert found == expected.read
    assert set(found) == set(rulebook_for(platform).choices.values())


@pytest.mark.parametrize("platform", WITH_CHOICES)
def test_rulebook_accepts_every_choice(platform: str) -> None:
    rulebook = rulebook_for(platform)
    found, _ = read(platform, choices_of(platform).responses)

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


FAILURES = [
    (platform, number, *failure)
    for platform in WITH_CHOICES
    for number, failure in enumerate(choices_of(platform).failures)
]


@pytest.mark.parametrize(
    ("platform", "answers", "kind", "code"),
    [(platform, *failure) for platform, _, *failure in FAILURES],
    ids=[f"{platform}-{number}" for platform, number, *_ in FAILURES],
)
def test_failure_has_the_kind_that_the_platform_means(
    platform: str, answers: dict[str, Answer], kind: type[PublishError], code: str
) -> None:
    error = failure(platform, answers)

    assert (type(error), error.code) == (kind, code)
    assert TOKEN not in error.reason
