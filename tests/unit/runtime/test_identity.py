"""Identities and their roles."""

from typing import Any

import pytest

from minutehand.runtime.actor import Actor
from minutehand.runtime.errors import Forbidden, Unauthenticated
from minutehand.runtime.identity import Identity, shown_name
from minutehand.runtime.scopes import ACT_AS, APPROVE, OPERATE, READ, SCOPES, WRITE


def test_identity_is_read_back_from_its_context() -> None:
    identity = Identity("ada", "studio-7", frozenset({"editor", "approver"}))

    assert identity.as_context() == {"userId": "ada", "ownerId": "studio-7", "roles": "approver,editor"}
    assert Identity.from_authorizer(identity.as_context() | {"integrationLatency": 3}) == identity


def test_caller_is_the_actor_of_events_under_the_name_of_the_token() -> None:
    identity = Identity.from_authorizer({"userId": "ada", "ownerId": "studio-7", "name": "Ada Lovelace"})

    assert identity.actor == Actor("ada", "Ada Lovelace")


@pytest.mark.parametrize("context", [None, {}, {"userId": ""}, {"userId": " "}, {"userId": 5}, {"ownerId": "ada"}])
def test_context_without_a_user_is_unauthenticated(context: dict[str, Any] | None) -> None:
    with pytest.raises(Unauthenticated):
        Identity.from_authorizer(context)


@pytest.mark.parametrize("owner", ["", " ", "acme ", "a\x00b", 5, None])
def test_context_with_an_invalid_owner_is_unauthenticated(owner: object) -> None:
    """Otherwise, the caller would work on their own posts instead of those of the named owner."""
    with pytest.raises(Unauthenticated):
        Identity.from_authorizer({"userId": "ada", "ownerId": owner})


def test_owner_below_another_is_read_from_the_context() -> None:
    """Only the authorizer forms such ids. A token may not name them."""
    assert Identity.from_authorizer({"userId": "ada", "ownerId": "acme/customer-17"}).owner_id == "acme/customer-17"


def test_owner_is_the_user_by_default() -> None:
    assert Identity.from_authorizer({"userId": "ada"}).owner_id == "ada"


@pytest.mark.parametrize(("roles", "writes"), [("", True), ("viewer", False), ("viewer,editor", True), ("admin", True)])
def test_only_a_viewer_without_other_roles_may_not_write(roles: str, writes: bool) -> None:
    identity = Identity.from_authorizer({"userId": "ada", "roles": roles})

    if writes:
        assert identity.require_write() is None
    else:
        with pytest.raises(Forbidden):
            identity.require_write()


@pytest.mark.parametrize(
    ("roles", "approves", "operates"),
    [
        ("", False, False),
        ("viewer,editor", False, False),
        ("approver", True, False),
        ("operator", False, True),
        ("admin", True, True),
        ("editor,approver,operator", True, True),
    ],
)
def test_roles_allow_approving_and_operating(roles: str, approves: bool, operates: bool) -> None:
    identity = Identity.from_authorizer({"userId": "ada", "roles": roles})

    assert (identity.may(APPROVE), identity.may(OPERATE)) == (approves, operates)


def test_error_names_the_required_and_the_own_roles() -> None:
    Identity("ada", "ada", frozenset({"admin"})).require_scope(APPROVE, "Approving a post")

    with pytest.raises(
        Forbidden, match=r"Approving a post requires the role admin or approver\. Your roles: editor, viewer\."
    ):
        Identity("ada", "ada", frozenset({"viewer", "editor"})).require_scope(APPROVE, "Approving a post")
    with pytest.raises(Forbidden, match=r"You have no role\."):
        Identity("ada", "ada").require_scope(OPERATE, "Stopping the queue")


@pytest.mark.parametrize(
    ("roles", "scopes"),
    [
        ("", {READ, WRITE}),
        ("viewer", {READ}),
        ("editor", {READ, WRITE}),
        ("approver", {READ, WRITE, APPROVE}),
        ("operator", {READ, WRITE, OPERATE}),
        ("admin", set(SCOPES)),
        ("viewer,operator", {READ, WRITE, OPERATE}),
        ("approver,operator", {READ, WRITE, APPROVE, OPERATE}),
        ("unknown", {READ}),
    ],
)
def test_roles_grant_scopes(roles: str, scopes: set[str]) -> None:
    assert Identity.from_authorizer({"userId": "ada", "roles": roles}).scopes == scopes


def test_api_token_has_its_own_scopes_and_no_others() -> None:
    identity = Identity("ada", "acme", granted=frozenset({READ, APPROVE}), token_id="7")

    assert identity.as_context() == {
        "userId": "ada",
        "ownerId": "acme",
        "roles": "",
        "scopes": "approve,read",
        "tokenId": "7",
    }
    assert Identity.from_authorizer(identity.as_context()) == identity
    assert identity.scopes == {READ, APPROVE}
    with pytest.raises(
        Forbidden, match=r"This call requires the scope write\. Your token has the scopes approve, read\."
    ):
        identity.require_write()


@pytest.mark.parametrize("scopes", ["", "Read", "read write", "all", "read;write", None, 5, ["read"]])
def test_scopes_that_are_not_known_grant_nothing(scopes: object) -> None:
    identity = Identity.from_authorizer({"userId": "ada", "roles": "admin", "scopes": scopes})

    with pytest.raises(Forbidden, match=r"requires the scope read\. Your token has no scope\."):
        identity.require_scope(READ)


@pytest.mark.parametrize(
    ("scopes", "code", "sentence"),
    [
        (
            "read",
            "scope_required",
            "Naming an owner in x-owner-id requires the scope act_as. Your token has the scope read.",
        ),
        (ACT_AS, "owner_refused", "x-owner-id must name one owner directly below acme, such as acme/customer-17."),
    ],
)
def test_owner_that_the_authorizer_refused_is_forbidden(scopes: str, code: str, sentence: str) -> None:
    context = {"userId": "ada", "ownerId": "test:acme", "scopes": scopes, "ownerRefused": "true"}

    with pytest.raises(Forbidden) as refused:
        Identity.from_authorizer(context)

    assert (refused.value.code, refused.value.message) == (code, sentence)


@pytest.mark.parametrize(("owner", "is_test"), [("acme", False), ("test:acme", True), ("test:" + "a" * 200, True)])
def test_owner_of_test_data_is_recognised(owner: str, is_test: bool) -> None:
    assert Identity.from_authorizer({"userId": "ada", "ownerId": owner}).is_test is is_test


@pytest.mark.parametrize("owner", ["test:", "test: ", "test:" + "a" * 201])
def test_owner_of_test_data_is_an_owner(owner: str) -> None:
    with pytest.raises(Unauthenticated):
        Identity.from_authorizer({"userId": "ada", "ownerId": owner})


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("  Zoë 👩\u200d🚀 Ångström ", "Zoë 👩\u200d🚀 Ångström"),
        ("Ada\r\nset-cookie: a", "Adaset-cookie: a"),
        ("A\u2028d\u2029a\x00\x1b[31m\x85", "Ada[31m"),
        ("\u202eada\u2066\u2069", "ada"),
        ("n" * 201, "n" * 200),
        ("n" * 1_000_000, "n" * 200),
        ("\ud800", None),
        (" \t\n", None),
        ("", None),
        (None, None),
        (7, None),
        (["Ada"], None),
    ],
    ids=lambda value: ascii(value)[:24],
)
def test_name_is_cleaned_and_bounded(given: object, shown: str | None) -> None:
    assert shown_name(given) == shown


def test_name_is_read_back_from_the_context() -> None:
    identity = Identity("ada", "acme", name="Zoë")

    assert identity.as_context()["name"] == "Zoë"
    assert Identity.from_authorizer(identity.as_context()) == identity
    assert "name" not in Identity("ada", "acme").as_context()
