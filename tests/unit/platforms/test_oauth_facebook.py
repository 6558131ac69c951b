"""Tests of the OAuth provider for Facebook Pages."""

from typing import Any

import httpx
import pytest

from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.platforms.facebook.adapter import GRAPH_API
from minutehand.platforms.facebook.oauth import API
from minutehand.platforms.port import RateLimited, Rejected, Transient
from tests.support.oauth import (
    ACCESS,
    CLIENT,
    CODE,
    ECHO,
    NOW,
    PAGE,
    REDIRECT,
    SHORT,
    STATE,
    Hosts,
    authorization,
    redeem,
    refresh,
    refused,
    revoke,
)

VERSION = ApiVersionsConfig().graph_api_version
TOKEN = f"GET https://graph.facebook.com/{VERSION}/oauth/access_token"
PAGES = f"GET https://graph.facebook.com/{VERSION}/me/accounts"
PERMISSIONS = f"GET https://graph.facebook.com/{VERSION}/me/permissions"
GRANTED = {
    "data": [
        {"permission": "pages_show_list", "status": "granted"},
        {"permission": "pages_manage_posts", "status": "granted"},
        {"permission": "pages_read_engagement", "status": "granted"},
        {"permission": "business_management", "status": "declined"},
    ]
}
WITH_BUSINESSES = {"data": [*GRANTED["data"][:-1], {"permission": "business_management", "status": "granted"}]}
BUSINESSES = f"GET https://graph.facebook.com/{VERSION}/me/businesses"
EXCHANGED = [
    {"access_token": SHORT, "token_type": "bearer", "expires_in": 5000},
    {"access_token": ACCESS, "token_type": "bearer", "expires_in": 5183944},
]
REGISTRATION = {"client_id": "our-id", "client_secret": CLIENT.client_secret}


def page(number: int, **changes: Any) -> dict[str, Any]:
    tasks = ["ADVERTISE", "CREATE_CONTENT"]
    return {"id": str(number), "name": f"Page {number}", "access_token": f"{PAGE}-{number}", "tasks": tasks, **changes}


def graph_error(code: int, subcode: int = 0, message: str = ECHO, status: int = 400) -> httpx.Response:
    error = {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode}
    return httpx.Response(status, json={"error": error})


def test_authorization_url_has_all_parameters() -> None:
    url, parameters = authorization("facebook")

    assert url == f"https://www.facebook.com/{VERSION}/dialog/oauth"
    assert parameters == {
        "response_type": "code",
        "client_id": "our-id",
        "redirect_uri": REDIRECT,
        "scope": "pages_show_list,pages_manage_posts,pages_read_engagement,pages_manage_engagement,business_management",
        "state": STATE,
    }


def test_each_page_becomes_an_account() -> None:
    hosts = Hosts({TOKEN: EXCHANGED, PERMISSIONS: GRANTED, PAGES: {"data": [page(1), page(2)]}})

    accounts = redeem("facebook", hosts)

    assert [(account.account_id, account.handle, account.base_url) for account in accounts] == [
        ("1", "Page 1", GRAPH_API.root),
        ("2", "Page 2", GRAPH_API.root),
    ]
    assert [account.grant.token for account in accounts] == [
        {"access_token": f"{PAGE}-1"},
        {"access_token": f"{PAGE}-2"},
    ]
    assert {account.grant.expires_at for account in accounts} == {None}
    assert hosts.calls == [TOKEN, TOKEN, PERMISSIONS, PAGES]
    assert hosts.query(0) == {**REGISTRATION, "redirect_uri": REDIRECT, "code": CODE}
    assert hosts.query(1) == {**REGISTRATION, "grant_type": "fb_exchange_token", "fb_exchange_token": SHORT}
    assert hosts.query(3) == {"fields": "id,name,access_token,tasks", "limit": "100"}
    assert {call.headers["authorization"] for call in hosts.requests[2:]} == {f"Bearer {ACCESS}"}
    assert GRAPH_API.root == API


def test_pages_are_read_request_by_request() -> None:
    paging = {"next": f"https://elsewhere.example/me/accounts?access_token={ACCESS}", "cursors": {"after": "MTAx"}}
    responses = [{"data": [page(1)], "paging": paging}, {"data": [page(2)], "paging": {"cursors": {"after": "MjAy"}}}]
    hosts = Hosts({TOKEN: EXCHANGED, PERMISSIONS: GRANTED, PAGES: responses})

    assert [account.account_id for account in redeem("facebook", hosts)] == ["1", "2"]
    assert hosts.calls == [TOKEN, TOKEN, PERMISSIONS, PAGES, PAGES]
    assert hosts.query(4)["after"] == "MTAx"


def test_repeated_cursor_ends_the_list_of_pages() -> None:
    answer = {"data": [page(1)], "paging": {"next": "there", "cursors": {"after": "MTAx"}}}
    hosts = Hosts({TOKEN: EXCHANGED, PERMISSIONS: GRANTED, PAGES: [answer, {"data": [], "paging": answer["paging"]}]})

    assert len(redeem("facebook", hosts)) == 1
    assert hosts.calls.count(PAGES) == 2


def portfolio_pages(business: int, edge: str) -> str:
    return f"GET https://graph.facebook.com/{VERSION}/{business}/{edge}"


def test_pages_of_business_portfolios_become_accounts_once_each() -> None:
    paging = {"next": "there", "cursors": {"after": "MTAx"}}
    without_tasks = [{key: value for key, value in page(number).items() if key != "tasks"} for number in range(6)]
    hosts = Hosts(
        {
            TOKEN: EXCHANGED,
            PERMISSIONS: WITH_BUSINESSES,
            PAGES: {"data": [page(1), page(4, tasks=["ANALYZE"])]},
            BUSINESSES: [{"data": [{"id": "71"}], "paging": paging}, {"data": [{"id": "72"}]}],
            portfolio_pages(71, "owned_pages"): [
                {"data": [without_tasks[1], without_tasks[2]], "paging": paging},
                {"data": [without_tasks[3], without_tasks[4]]},
            ],
            portfolio_pages(71, "client_pages"): {"data": [without_tasks[2], {"id": "9", "name": "No token"}]},
            portfolio_pages(72, "owned_pages"): {"data": []},
            portfolio_pages(72, "client_pages"): {"data": [without_tasks[5]]},
        }
    )

    assert [account.account_id for account in redeem("facebook", hosts)] == ["1", "2", "3", "5"]
    assert hosts.query(hosts.calls.index(portfolio_pages(71, "owned_pages")) + 1)["after"] == "MTAx"
    assert hosts.query(hosts.calls.index(portfolio_pages(72, "client_pages")))["fields"] == "id,name,access_token"


def test_pages_outside_portfolios_are_connected_if_portfolios_cannot_be_read() -> None:
    accounts, refusal = {"data": [page(1)]}, graph_error(200)
    hosts = Hosts({TOKEN: EXCHANGED, PERMISSIONS: WITH_BUSINESSES, PAGES: accounts, BUSINESSES: refusal})

    assert [account.account_id for account in redeem("facebook", hosts)] == ["1"]


def test_page_that_the_person_may_not_post_to_is_omitted() -> None:
    pages = [page(1, tasks=["ANALYZE"]), page(2), {key: value for key, value in page(3).items() if key != "tasks"}]
    hosts = Hosts({TOKEN: EXCHANGED, PERMISSIONS: GRANTED, PAGES: {"data": pages}})

    assert [account.account_id for account in redeem("facebook", hosts)] == ["2", "3"]


@pytest.mark.parametrize("task", ["CREATE_CONTENT", "PROFILE_PLUS_CREATE_CONTENT", "PROFILE_PLUS_FULL_CONTROL"])
def test_task_of_old_and_new_pages_allows_posting(task: str) -> None:
    pages = {"data": [page(1, tasks=["ANALYZE", task]), page(2, tasks=["PROFILE_PLUS_ANALYZE"])]}
    hosts = Hosts({TOKEN: EXCHANGED, PERMISSIONS: GRANTED, PAGES: pages})

    assert [account.account_id for account in redeem("facebook", hosts)] == ["1"]


@pytest.mark.parametrize("pages", [[], [page(1, tasks=["ANALYZE"])]])
def test_authorization_without_a_page_to_post_to_is_refused(pages: list[dict[str, Any]]) -> None:
    error = refused(
        Rejected, lambda: redeem("facebook", Hosts({TOKEN: EXCHANGED, PERMISSIONS: GRANTED, PAGES: {"data": pages}}))
    )

    assert error.code == "authorization_refused"
    assert "select at least one" in error.reason


@pytest.mark.parametrize("changes", [{"access_token": None}, {"access_token": ""}, {"id": None}, {"id": 7}])
def test_malformed_page_is_an_unexpected_response(changes: dict[str, Any]) -> None:
    hosts = Hosts({TOKEN: EXCHANGED, PERMISSIONS: GRANTED, PAGES: {"data": [page(1, **changes)]}})

    assert refused(Transient, lambda: redeem("facebook", hosts)).code == "unexpected_answer"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (graph_error(100, 36_009), Rejected, "authorization_refused"),
        (graph_error(100, 36_007), Rejected, "authorization_refused"),
        (graph_error(191), Rejected, "authorization_refused"),
        (graph_error(190, 463), Rejected, "authorization_refused"),
        (graph_error(101), Rejected, "client_refused"),
        (graph_error(1, message=f"Error validating client secret. {ECHO}"), Rejected, "client_refused"),
        (graph_error(1), Transient, "server_error"),
        (graph_error(2, status=503), Transient, "server_error"),
        (graph_error(4), RateLimited, "rate_limited"),
        (httpx.Response(400, json={"unheard": "of"}), Transient, "unexpected_answer"),
        (httpx.Response(400, text=ECHO), Transient, "unexpected_answer"),
    ],
)
@pytest.mark.parametrize("step", [0, 1])
def test_refusal_at_each_step_is_classified(answer: httpx.Response, kind: type[Rejected], code: str, step: int) -> None:
    hosts = Hosts({TOKEN: [*EXCHANGED[:step], answer]})

    assert refused(kind, lambda: redeem("facebook", hosts)).code == code


def test_rate_limit_carries_its_end() -> None:
    answer = graph_error(17)
    answer.headers["X-Business-Use-Case-Usage"] = '{"1":[{"estimated_time_to_regain_access": 7}]}'

    error = refused(RateLimited, lambda: redeem("facebook", Hosts({TOKEN: answer})))

    assert (error.until - NOW).total_seconds() == 7 * 60


@pytest.mark.parametrize("missing", ["pages_show_list", "pages_manage_posts", "pages_read_engagement"])
@pytest.mark.parametrize("listed", [True, False])
def test_missing_required_scope_refuses_the_authorization(missing: str, listed: bool) -> None:
    rows = [row for row in GRANTED["data"] if row["permission"] != missing]
    answer = {"data": [*rows, {"permission": missing, "status": "declined"}] if listed else rows}

    error = refused(Rejected, lambda: redeem("facebook", Hosts({TOKEN: EXCHANGED, PERMISSIONS: answer})))

    assert error.code == "authorization_refused"
    assert "did not grant all the permissions" in error.reason


def test_refused_list_of_pages_refuses_the_authorization() -> None:
    hosts = Hosts({TOKEN: EXCHANGED, PERMISSIONS: GRANTED, PAGES: graph_error(200)})

    assert refused(Rejected, lambda: redeem("facebook", hosts)).code == "authorization_refused"


def test_page_token_is_neither_renewed_nor_revoked() -> None:
    hosts = Hosts({})

    assert refused(Rejected, lambda: refresh("facebook", hosts)).code == "reconnect_required"
    revoke("facebook", hosts)
    assert not hosts.requests
