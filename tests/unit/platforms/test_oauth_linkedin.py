"""Connecting LinkedIn members and organisations."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.platforms.linkedin import oauth, service
from minutehand.platforms.oauth2.flow import CodeFlow
from minutehand.platforms.port import RateLimited, Rejected, Transient
from tests.support.oauth import (
    ACCESS,
    CLIENT,
    CODE,
    ECHO,
    NEXT_ACCESS,
    NOW,
    REDIRECT,
    REFRESH,
    STATE,
    VERIFIER,
    Answer,
    Hosts,
    authorization,
    redeem,
    refresh,
    refused,
    revoke,
)

TOKEN = "POST https://www.linkedin.com/oauth/v2/accessToken"
MEMBER = "GET https://api.linkedin.com/v2/userinfo"
ROLES = "GET https://api.linkedin.com/rest/organizationAcls"
NAMES = "GET https://api.linkedin.com/rest/organizations"
TOKENS = {
    "access_token": ACCESS,
    "expires_in": 5184000,
    "refresh_token": REFRESH,
    "refresh_token_expires_in": 31536000,
    "scope": "openid,profile,w_member_social,w_organization_social,r_organization_social,rw_organization_admin",
}
WHO = {"sub": "abc-DEF_1", "name": "Ada Lovelace"}
FORBIDDEN = httpx.Response(403, json={"status": 403, "message": ECHO})
REVOKED = httpx.Response(401, json={"status": 401, "code": "REVOKED_ACCESS_TOKEN", "serviceErrorCode": 65601})


def roles(*numbers: int) -> dict[str, Any]:
    return {"elements": [{"organization": f"urn:li:organization:{number}"} for number in numbers], "paging": {}}


def hosts_with(organisations: Answer, names: Answer = FORBIDDEN) -> Hosts:
    return Hosts({TOKEN: TOKENS, MEMBER: WHO, ROLES: organisations, NAMES: names})


def test_the_way_there() -> None:
    address, asked = authorization("linkedin")

    assert address == "https://www.linkedin.com/oauth/v2/authorization"
    assert asked == {
        "response_type": "code",
        "client_id": "our-id",
        "redirect_uri": REDIRECT,
        "scope": ("openid profile w_member_social w_organization_social r_organization_social rw_organization_admin"),
        "state": STATE,
    }


def test_the_member_and_their_organisations() -> None:
    hosts = hosts_with(roles(41, 42), {"results": {"41": {"localizedName": "Engines Ltd"}}, "errors": {"42": {}}})

    accounts = redeem("linkedin", hosts)

    assert [(account.account_id, account.handle, account.base_url) for account in accounts] == [
        ("urn:li:person:abc-DEF_1", "Ada Lovelace", service.SERVER),
        ("urn:li:organization:41", "Engines Ltd", service.SERVER),
        ("urn:li:organization:42", "42", service.SERVER),
    ]
    for account in accounts:
        assert account.grant.token == {"access_token": ACCESS, "refresh_token": REFRESH}
        assert account.grant.expires_at == NOW + timedelta(days=60)
        assert account.grant.refresh_expires_at == NOW + timedelta(days=365)
    assert hosts.calls == [TOKEN, MEMBER, ROLES, NAMES]
    assert hosts.form(0) == {
        "grant_type": "authorization_code",
        "code": CODE,
        "redirect_uri": REDIRECT,
        "client_id": "our-id",
        "client_secret": CLIENT.client_secret,
    }
    assert hosts.query(2) == {
        "q": "roleAssignee",
        "role": "ADMINISTRATOR",
        "state": "APPROVED",
        "start": "0",
        "count": "100",
    }
    assert hosts.requests[3].url.query == b"ids=List(41,42)"
    for request, method in zip(hosts.requests[2:], ["FINDER", "BATCH_GET"], strict=True):
        assert request.headers["linkedin-version"] == ApiVersionsConfig().linkedin_version
        assert request.headers["x-restli-protocol-version"] == "2.0.0"
        assert request.headers["x-restli-method"] == method
        assert request.headers["authorization"] == f"Bearer {ACCESS}"
    assert oauth.API == service.SERVER


def test_an_app_that_may_not_know_the_organisations() -> None:
    hosts = Hosts({TOKEN: TOKENS, MEMBER: WHO, ROLES: FORBIDDEN})

    assert [account.handle for account in redeem("linkedin", hosts)] == ["Ada Lovelace"]


def test_many_organisations_are_asked_for_page_by_page() -> None:
    pages = [roles(*range(100, 200)), roles(*range(200, 203))]
    hosts = hosts_with(pages, FORBIDDEN)

    accounts = redeem("linkedin", hosts)

    assert len(accounts) == 104
    assert hosts.calls == [TOKEN, MEMBER, ROLES, NAMES, ROLES, NAMES]
    assert [hosts.query(number)["start"] for number in (2, 4)] == ["0", "100"]


@pytest.mark.parametrize(
    "elements", [None, {}, [None, "x", {"organization": None}, {"organization": "urn:li:organizationBrand:7"}]]
)
def test_entries_that_are_no_organisations(elements: Any) -> None:
    hosts = Hosts({TOKEN: TOKENS, MEMBER: WHO, ROLES: {"elements": elements}})

    assert len(redeem("linkedin", hosts)) == 1


def test_a_failure_of_the_list_of_organisations_is_no_empty_list() -> None:
    hosts = Hosts({TOKEN: TOKENS, MEMBER: WHO, ROLES: httpx.Response(500)})

    assert refused(Transient, lambda: redeem("linkedin", hosts)).code == "server_error"


def patient(hosts: Hosts, pauses: list[float]) -> Any:
    accounts = oauth.Accounts(pauses.append)
    flow = CodeFlow(oauth.DIALECT, accounts)
    return flow.redeem(hosts.client, CLIENT, code=CODE, redirect_uri=REDIRECT, code_verifier=VERIFIER, now=lambda: NOW)


def test_a_token_that_is_not_known_yet_is_tried_again() -> None:
    pauses: list[float] = []
    hosts = Hosts({TOKEN: TOKENS, MEMBER: [REVOKED, REVOKED, WHO], ROLES: FORBIDDEN})

    assert len(patient(hosts, pauses)) == 1
    assert pauses == [1, 1]


def test_a_token_that_stays_unknown() -> None:
    pauses: list[float] = []
    hosts = Hosts({TOKEN: TOKENS, MEMBER: REVOKED})

    error = refused(Transient, lambda: patient(hosts, pauses))

    assert error.code == "token_not_yet_valid"
    assert hosts.calls == [TOKEN, *[MEMBER] * 4]


def test_the_refresh_token_is_kept() -> None:
    hosts = Hosts({TOKEN: {"access_token": NEXT_ACCESS, "expires_in": 5184000}})

    grant = refresh("linkedin", hosts)

    assert grant.token == {"access_token": NEXT_ACCESS, "refresh_token": REFRESH}
    assert grant.expires_at == NOW + timedelta(days=60)
    assert hosts.form(0) == {
        "grant_type": "refresh_token",
        "refresh_token": REFRESH,
        "client_id": "our-id",
        "client_secret": CLIENT.client_secret,
    }


def test_an_app_without_refresh_tokens() -> None:
    answer = {name: value for name, value in TOKENS.items() if not name.startswith("refresh")}
    hosts = Hosts({TOKEN: answer, MEMBER: WHO, ROLES: FORBIDDEN})

    [account] = redeem("linkedin", hosts)

    assert account.grant.token == {"access_token": ACCESS}
    none = Hosts({})
    error = refused(Rejected, lambda: refresh("linkedin", none, account.grant.token))
    assert error.code == "reconnect_required"
    assert error.reason == "Our access to LinkedIn cannot be refreshed. Connect the account again."
    assert not none.requests


@pytest.mark.parametrize(
    ("status", "error", "kind", "code"),
    [
        (400, "invalid_grant", Rejected, "reconnect_required"),
        (401, "invalid_client", Rejected, "client_refused"),
        (400, "invalid_request", Transient, "unexpected_answer"),
    ],
)
def test_a_renewal_that_is_refused(status: int, error: str, kind: type[Rejected], code: str) -> None:
    answer = httpx.Response(status, json={"error": error, "error_description": ECHO})

    assert refused(kind, lambda: refresh("linkedin", Hosts({TOKEN: answer}))).code == code


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request", "invalid_redirect_uri"])
def test_a_code_that_is_refused(error: str) -> None:
    said = f"Unable to retrieve access token: appid/redirect uri/code verifier does not match {ECHO}"
    answer = httpx.Response(400, json={"error": error, "error_description": said})

    assert refused(Rejected, lambda: redeem("linkedin", Hosts({TOKEN: answer}))).code == "authorization_refused"


def test_a_limit() -> None:
    hosts = Hosts({TOKEN: httpx.Response(429, json={"status": 429, "serviceErrorCode": 101, "message": ECHO})})

    assert refused(RateLimited, lambda: refresh("linkedin", hosts)).until > NOW


def test_there_is_no_way_to_revoke() -> None:
    hosts = Hosts({})

    revoke("linkedin", hosts)

    assert not hosts.requests
