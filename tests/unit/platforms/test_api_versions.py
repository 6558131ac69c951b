"""The versions of the platforms' APIs: their ends, the warnings, and the requests that carry them."""

import re
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from local import api_versions as warner
from local.settings import ROOT
from minutehand.platforms import api_versions as versions
from minutehand.platforms.api_versions import ApiVersion, api_versions
from minutehand.platforms.catalog import PLATFORMS, load_attribute
from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.platforms.facebook import adapter as facebook
from minutehand.platforms.instagram import adapter as instagram
from minutehand.platforms.linkedin.oauth import _headers
from minutehand.platforms.linkedin.service import Service
from minutehand.platforms.meta.graph import GraphApi, GraphClient
from minutehand.platforms.oauth2.provider import OAuthClient, provider_for
from minutehand.platforms.port import Account
from minutehand.runtime.config import BadConfiguration
from tests.support.oauth import REDIRECT

ACCOUNT = Account("c1", "any", "1", "@ada", "", {"access_token": "token"})
NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)
PLATFORM_FOLDER = ROOT / "layers" / "domain" / "minutehand" / "platforms"
TABLES = {"api_versions.py", "catalog.py"}
DATED = re.compile(r"""["'/](v\d+\.\d|20\d{4})["'/]""")


def ends(**chosen: str) -> dict[str, date | None]:
    """Return the end of each version that the environment ``chosen`` selects."""
    environ = {name.upper(): version for name, version in chosen.items()}
    return {each.parameter: each.end for each in api_versions(ApiVersionsConfig.from_environ(environ))}


def version(left: int | None) -> ApiVersion:
    """Return a version that has ``left`` days left at `NOON`."""
    return ApiVersion("an API", "SomeVersion", "v1", None if left is None else NOON.date() + timedelta(days=left))


def test_default_versions_have_a_known_end() -> None:
    assert [each.version for each in api_versions(ApiVersionsConfig()) if each.end is None] == []


@pytest.mark.parametrize(
    ("linkedin", "end"),
    [
        ("202607", date(2027, 7, 15)),  # stated by LinkedIn
        ("202610", date(2027, 10, 1)),
        ("202612", date(2027, 12, 1)),
    ],
)
def test_linkedin_version_is_served_for_at_least_a_year(linkedin: str, end: date) -> None:
    assert ends(linkedin_version=linkedin)["LinkedInVersion"] == end


@pytest.mark.parametrize("stated", versions.LINKEDIN_ENDS, ids=lambda stated: stated.version)
def test_stated_end_of_a_linkedin_version_is_not_before_the_year(stated: versions.End) -> None:
    year, month = int(stated.version[:4]), int(stated.version[4:])

    assert stated.on >= date(year + 1, month, 1)


def test_end_of_an_unlisted_graph_api_version_is_unknown() -> None:
    assert ends(graph_api_version="v99.0")["GraphApiVersion"] is None


@pytest.mark.parametrize("table", [versions.GRAPH_API_ENDS, versions.LINKEDIN_ENDS])
def test_later_version_ends_later(table: tuple[versions.End, ...]) -> None:
    assert [end.version for end in table] == sorted({end.version for end in table})
    assert [end.on for end in table] == sorted({end.on for end in table})


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (91, None),
        (90, "Version v1 of an API ends on 2027-04-01, in 90 days. Set SomeVersion to a newer version."),
        (1, "Version v1 of an API ends on 2027-01-02, in 1 day. Set SomeVersion to a newer version."),
        (0, "Version v1 of an API ended on 2027-01-01. Set SomeVersion to a newer version."),
        (-9, "Version v1 of an API ended on 2026-12-23. Set SomeVersion to a newer version."),
        (None, None),
    ],
)
def test_warning_begins_90_days_before_the_end(left: int | None, words: str | None) -> None:
    assert version(left).warning(NOON) == words
    assert version(left).has_ended(NOON) == (left is not None and left <= 0)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GRAPH_API_VERSION", "25.0"),
        ("GRAPH_API_VERSION", "v25"),
        ("LINKEDIN_VERSION", "202613"),
        ("LINKEDIN_VERSION", "2026-07"),
    ],
)
def test_malformed_version_is_refused(variable: str, value: str) -> None:
    with pytest.raises(BadConfiguration, match=variable):
        ApiVersionsConfig.from_environ({variable: value})


def test_check_warns_about_default_versions_before_they_end() -> None:
    first = min(each.end for each in api_versions(ApiVersionsConfig()) if each.end)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC) - versions.NOTICE

    assert warner.warnings(begin - timedelta(days=1)) == []
    assert len(warner.warnings(begin)) == 1


@pytest.mark.parametrize("api", [facebook.GRAPH_API, instagram.GRAPH_API], ids=["facebook", "instagram"])
def test_environment_sets_the_version_of_the_graph_api(api: GraphApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPH_API_VERSION", "v26.0")
    with httpx.Client() as client:
        request = GraphClient(client, api).publish_request("me/feed", ACCOUNT)

    assert request.url.path == "/v26.0/me/feed"


def test_environment_sets_the_version_of_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPH_API_VERSION", "v26.0")
    url = provider_for("facebook").authorization_url(
        OAuthClient("id", "secret"), redirect_uri=REDIRECT, state="s", code_verifier="v" * 64
    )

    assert httpx.URL(url).path == "/v26.0/dialog/oauth"
    assert load_attribute("instagram", "oauth", "provider").version() == "v26.0"


def test_environment_sets_the_version_of_linkedin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKEDIN_VERSION", "202611")
    with httpx.Client() as client:
        request = Service(client).request("/rest/posts", {}, ACCOUNT)

    assert request.headers["linkedin-version"] == _headers("FINDER")["LinkedIn-Version"] == "202611"


def test_versions_stand_in_one_table_and_in_the_catalog() -> None:
    elsewhere = {
        str(path.relative_to(PLATFORM_FOLDER)): found
        for path in PLATFORM_FOLDER.rglob("*.py")
        if path.name not in TABLES and (found := DATED.findall(path.read_text(encoding="utf-8")))
    }

    assert elsewhere == {}
    in_use = {path.parent.name for path in PLATFORM_FOLDER.glob("*/*.py") if "].api_version" in path.read_text("utf-8")}
    assert in_use == {key for key, platform in PLATFORMS.items() if platform.api_version}
