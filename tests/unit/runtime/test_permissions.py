"""The permission of each call of the API."""

import pytest

from local.openapi.reference import BASE, routes
from minutehand.runtime.errors import Forbidden
from minutehand.runtime.identity import Identity
from minutehand.runtime.permissions import PERMISSIONS, Permission, permission_for
from minutehand.runtime.scopes import APPROVE, OPERATE, READ, SCOPES, WRITE

CALLS = sorted(f"{method} {path}" for method, path in routes())
WITHOUT_IDENTITY = {
    *("GET connections/confirm", "POST connections/confirm", "GET connections/callback"),
    "GET feeds/calendar.ics",
    *("GET connections/link", "POST connections/link"),
}
OF_OPERATORS = {"POST queue", "GET scheduler", "POST scheduler"}
OF_EVERYBODY = {"POST tokens", "DELETE tokens", "POST feeds", "DELETE feeds"}
"""The calls that change something but also serve people who may only read."""


def test_each_call_of_the_template_has_a_permission() -> None:
    assert sorted(PERMISSIONS) == CALLS


def test_only_pages_for_browsers_and_calendars_need_no_identity() -> None:
    assert {call for call, permission in PERMISSIONS.items() if permission is None} == WITHOUT_IDENTITY


@pytest.mark.parametrize("call", sorted(set(CALLS) - WITHOUT_IDENTITY))
def test_call_requires_the_scope_of_its_method(call: str) -> None:
    permission = PERMISSIONS[call]

    usual = READ if call.startswith("GET ") or call in OF_EVERYBODY else WRITE
    expected = OPERATE if call in OF_OPERATORS else APPROVE if call == "POST posts/approve" else usual
    assert permission is not None
    assert permission.scope == expected


def test_permission_is_found_by_method_and_path() -> None:
    assert permission_for("GET", f"{BASE}posts/list") == Permission(READ)
    with pytest.raises(KeyError):
        permission_for("POST", f"{BASE}posts/list")


def test_call_for_people_refuses_api_tokens() -> None:
    permission = Permission(READ, for_people=True)

    permission.require(Identity("ada", "acme"))
    with pytest.raises(Forbidden) as refused:
        permission.require(Identity("ada", "acme", granted=frozenset(SCOPES)))
    assert refused.value.code == "person_required"


def test_call_for_live_data_refuses_test_tokens() -> None:
    permission = Permission(WRITE, live_only=True)

    permission.require(Identity("ada", "acme", granted=frozenset(SCOPES)))
    with pytest.raises(Forbidden) as refused:
        permission.require(Identity("ada", "test:acme", granted=frozenset(SCOPES)))
    assert refused.value.code == "live_only"
