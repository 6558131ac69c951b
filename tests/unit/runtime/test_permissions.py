"""The permission that each handler requires."""

import re
from typing import Any

import pytest

from local.openapi.operations import permissions
from local.openapi.reference import sections
from minutehand.runtime import permissions as kinds
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.errors import Forbidden
from minutehand.runtime.identity import Identity
from minutehand.runtime.permissions import Permission
from minutehand.runtime.request import Request
from minutehand.runtime.scopes import APPROVE, OPERATE, READ, SCOPES, WRITE
from tests.support.gateway import WITHOUT_AUTHORIZER

PERMISSIONS = permissions()
WITHOUT_IDENTITY = {
    *("GET connections/confirm", "POST connections/confirm", "GET connections/callback"),
    "GET feeds/calendar.ics",
    *("GET connections/link", "POST connections/link"),
}
OF_OPERATORS = {"POST queue", "GET scheduler", "POST scheduler"}
OF_EVERYBODY = {"POST tokens", "DELETE tokens", "POST feeds", "DELETE feeds"}
"""The calls that change something but also serve people who may only read."""


def answer(_: Request) -> dict[str, Any]:
    return {}


@pytest.fixture
def function() -> ApiFunction[DatabaseConfig]:
    return ApiFunction("/api/social/posts/list", DatabaseConfig)


def test_handler_without_a_permission_is_an_error(function: ApiFunction[DatabaseConfig]) -> None:
    on: Any = function.on

    with pytest.raises(TypeError, match="permission"):
        on("GET")(answer)
    assert function.routes == {}


def test_method_with_two_handlers_is_an_error(function: ApiFunction[DatabaseConfig]) -> None:
    function.on("GET", kinds.READ)(answer)

    with pytest.raises(ValueError, match="GET /api/social/posts/list has two handlers"):
        function.on("GET", kinds.ANYONE)(answer)
    assert function.routes["GET"].permission == kinds.READ


def test_calls_without_the_authorizer_are_those_that_require_no_permission() -> None:
    exempted = {" ".join(route) for route in WITHOUT_AUTHORIZER}

    assert {call for call, permission in PERMISSIONS.items() if permission is None} == exempted & set(PERMISSIONS)


@pytest.mark.parametrize("scope", [APPROVE, OPERATE])
def test_page_names_the_calls_of_the_scope(scope: str) -> None:
    [calls] = sections()["API tokens"].rows("scope")[scope]
    named = re.findall(r"`([A-Z]+ [a-z/]+)`", re.split(r", (?:removing|and the value) ", calls)[0])

    assert sorted(named) == sorted(
        call for call, permission in PERMISSIONS.items() if permission and permission.scope == scope
    )


def test_only_pages_for_browsers_and_calendars_need_no_identity() -> None:
    assert {call for call, permission in PERMISSIONS.items() if permission is None} == WITHOUT_IDENTITY


@pytest.mark.parametrize("call", sorted(set(PERMISSIONS) - WITHOUT_IDENTITY))
def test_call_requires_the_scope_of_its_method(call: str) -> None:
    permission = PERMISSIONS[call]

    usual = READ if call.startswith("GET ") or call in OF_EVERYBODY else WRITE
    expected = OPERATE if call in OF_OPERATORS else APPROVE if call == "POST posts/approve" else usual
    assert permission is not None
    assert permission.scope == expected


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
