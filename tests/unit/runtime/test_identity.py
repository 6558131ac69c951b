"""Identities and their roles."""

from typing import Any

import pytest

from minutehand.runtime.errors import Forbidden, Unauthenticated
from minutehand.runtime.identity import APPROVERS, OPERATORS, Identity


def test_identity_is_read_back_from_its_context() -> None:
    identity = Identity("ada", "studio-7", frozenset({"editor", "approver"}))

    assert identity.as_context() == {"userId": "ada", "ownerId": "studio-7", "roles": "approver,editor"}
    assert Identity.from_authorizer(identity.as_context() | {"integrationLatency": 3}) == identity


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
        assert identity.require_write() is None  # type: ignore[func-returns-value]
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

    assert (identity.has_any_role(APPROVERS), identity.has_any_role(OPERATORS)) == (approves, operates)


def test_error_names_the_required_and_the_own_roles() -> None:
    Identity("ada", "ada", frozenset({"admin"})).require_role(APPROVERS, "Approving a post")

    with pytest.raises(
        Forbidden, match=r"Approving a post requires the role admin or approver\. Your roles: editor, viewer\."
    ):
        Identity("ada", "ada", frozenset({"viewer", "editor"})).require_role(APPROVERS, "Approving a post")
    with pytest.raises(Forbidden, match=r"You have no role\."):
        Identity("ada", "ada").require_role(OPERATORS, "Stopping the queue")
