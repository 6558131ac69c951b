"""The error codes of each operation, from the tables of docs/api.md. A test compares them with the source code."""

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from local.openapi.operations import Operation
from local.openapi.reference import Section, calls, plain, sections
from local.openapi.schemas import Schema, reference

GENERAL = "Requests and responses"
_OF_BODIES = frozenset(["invalid_json", "too_large", "unsupported_media_type"])
_OF_IDENTITIES = frozenset(["unauthenticated", "forbidden"])
_OF_PERMISSIONS = ("role_required", "scope_required", "owner_refused")
_ALSO = re.compile(r"[Tt]he call can also return ([^.]*)")
_SAME = re.compile(r"The\s+error codes are those of `([A-Z]+)\s+([a-z/]+)`(?:, except ([^.]*))?")
_NAMED = re.compile(r"`(\w+)`(?: \(([0-9]{3})\))?")
_STATUS_WORDS = {
    400: "The request is not valid.",
    401: "The request has no valid identity.",
    403: "The call is not permitted.",
    404: "The path or the object does not exist, or the object belongs to another owner.",
    409: "The state of the object does not allow the call, or a limit is reached.",
    410: "The object has expired.",
    413: "The request is too large.",
    415: "The content type is not supported.",
    422: "The Idempotency-Key was used for another request.",
    429: "There were too many requests.",
    500: "The request could not be processed.",
    502: "The request could not be processed.",
    503: "A service is unavailable.",
    504: "The request took too long.",
}


class Code(NamedTuple):
    """An error code with its status, and its meaning in Markdown."""

    name: str
    status: int
    meaning: str


@cache
def every_code() -> frozenset[str]:
    """Return the names of all error codes."""
    return frozenset(code for section in sections().values() for code in section.rows("code"))


def codes(operation: Operation) -> list[Code]:
    """Return the errors that the operation can return, those of its own section first."""
    section = calls()[operation.route]
    own = _own(section)
    general = [code for code in _rows(sections()[GENERAL]) if _applies(code.name, operation)]
    return list({(code.name, code.status): code for code in [*own, *_conventional(operation), *general]}.values())


def error_responses(operation: Operation) -> dict[str, Schema]:
    """Return the responses of the operation for errors, keyed by status."""
    by_status: dict[int, list[Code]] = defaultdict(list)
    for code in codes(operation):
        by_status[code.status].append(code)
    if 500 in by_status:
        by_status[502] = [code for code in by_status[500] if code.name == "internal_error"]
    responses = {str(status): _response(status, found) for status, found in sorted(by_status.items())}
    if not operation.needs_identity:
        for response in responses.values():
            response["content"]["text/html"] = {"schema": {"type": "string"}}  # a browser gets the error as a page
    return responses


def _response(status: int, found: list[Code]) -> Schema:
    meanings = "\n".join(f"* `{code.name}`: {code.meaning}" for code in found)
    response: Schema = {
        "description": f"{_STATUS_WORDS[status]}\n\n{meanings}",
        "headers": {"x-request-id": {"$ref": "#/components/headers/RequestId"}},
        "content": {"application/json": {"schema": reference("Error")}},
        "x-error-codes": sorted({code.name for code in found}),
    }
    if status in (429, 503):
        response["headers"]["retry-after"] = {"$ref": "#/components/headers/RetryAfter"}
    return response


def _rows(section: Section) -> list[Code]:
    return [Code(name, int(row[0]), plain(row[1])) for name, row in section.rows("code").items()]


def _own(section: Section) -> list[Code]:
    found = _rows(section)
    text = " ".join(section.text.split())
    if same := _SAME.search(text):
        method, path, exceptions = same.groups(default="")
        excepted = {name for name, _ in _NAMED.findall(exceptions)}
        found += [code for code in _own(calls()[method, path]) if code.name not in excepted]
    for sentence in _ALSO.findall(text):
        for name, status in _NAMED.findall(sentence):
            found += [
                code for code in _everywhere() if code.name == name and (not status or code.status == int(status))
            ]
    return found


@cache
def _everywhere() -> list[Code]:
    """Return each code with its first description, in the order of docs/api.md."""
    found: dict[tuple[str, int], Code] = {}
    for section in sections().values():
        for code in _rows(section):
            found.setdefault((code.name, code.status), code)
    return list(found.values())


def _conventional(operation: Operation) -> list[Code]:
    """Return the errors that follow from the operation's properties, such as its permission."""
    names: list[str] = []
    if (permission := operation.permission) is not None:
        names += _OF_PERMISSIONS
        names += ["person_required"] * permission.for_people + ["live_only"] * permission.live_only
    if operation.is_idempotent:
        names.append("idempotency_key_reused")
    if any("scheduled_at" in form.model_fields for form in operation.forms):
        names.append("time_does_not_exist")
    return [code for code in _everywhere() if code.name in names]


def _applies(name: str, operation: Operation) -> bool:
    if name in _OF_BODIES:
        return operation.route[0] != "GET"
    return name not in _OF_IDENTITIES or operation.needs_identity
