"""A request as API Gateway hands it over, checked for everything that is not about a particular field."""

import base64
import binascii
import json
import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, Never

from minutehand.runtime.errors import InvalidInput, TooLarge, UnsupportedMediaType
from minutehand.runtime.identity import Identity
from minutehand.runtime.validation import invalid

MAX_BODY_BYTES = 256 * 1024
MAX_KEY_CHARACTERS = 255
MAX_NUMBER_SHOWN = 20
MAX_DEPTH = 50
"""Lists and objects within one another. No call needs a tenth of it, and what reads them may work by recursion."""


class Gateway(NamedTuple):
    """Where an API is: its own domain (None where the gateway does not say), its id, and what its paths begin with."""

    domain: str | None
    api_id: str
    base_path: str


class Request:
    """One call of the API, from the REST proxy event (payload format 1.0)."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        """Take the event; nothing is read before it is asked for."""
        self._event = event

    @property
    def id(self) -> str:
        """The gateway's id of this request: it is in every answer and in every line of the log."""
        return str(self._event.get("requestContext", {}).get("requestId", ""))

    @property
    def method(self) -> str:
        """The HTTP method, in capitals."""
        return str(self._event.get("httpMethod", ""))

    @property
    def path(self) -> str:
        """The path, without the stage and without a slash at its end."""
        return str(self._event.get("path", "")).rstrip("/")

    def reader(self) -> Identity:
        """Return who is calling. Raises `Unauthenticated` when nobody is."""
        return Identity.from_authorizer(self._event.get("requestContext", {}).get("authorizer"))

    def writer(self) -> Identity:
        """Return who is calling, when they may change things. Raises `Unauthenticated` or `Forbidden`."""
        identity = self.reader()
        identity.require_write()
        return identity

    @property
    def gateway(self) -> Gateway:
        """Where the API is that was called."""
        context = self._event.get("requestContext", {})
        path = str(context.get("path", "")).removesuffix(str(context.get("resourcePath", "")))
        return Gateway(context.get("domainName"), str(context.get("apiId", "")), path)

    @property
    def wants_json(self) -> bool:
        """Whether JSON is asked for, and no page."""
        accepted = self._headers.get("accept", "").lower()
        return "json" in accepted and "text/html" not in accepted

    def query(self, *, confidential: bool = False) -> dict[str, str]:
        """Return the query's parameters. ``confidential``: an error repeats nothing of them.

        Raises:
            InvalidInput: one is given twice, or holds characters that cannot be stored.
        """
        given: dict[str, list[str]] = self._event.get("multiValueQueryStringParameters") or {}
        single: dict[str, str] = self._event.get("queryStringParameters") or {}
        for name, values in given.items():
            if len(values) > 1:
                raise invalid(
                    name, f"{name} is given {len(values)} times; give it once.", given=None if confidential else values
                )
        parameters = {name: values[0] for name, values in given.items() if values} or dict(single)
        _refuse_unstorable(parameters)
        return parameters

    def json(self) -> dict[str, Any]:
        """Return the body, a JSON object; each time the same one.

        Raises:
            InvalidInput: it is no JSON object, names a field twice, is nested too deeply, or holds characters or
                numbers that cannot be stored.
            TooLarge: it has more than 256 KB.
            UnsupportedMediaType: it is declared to be something else. A missing declaration is forgiven.
        """
        return self._body

    @cached_property
    def _body(self) -> dict[str, Any]:
        declared = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        if declared and declared != "application/json" and not declared.endswith("+json"):
            raise UnsupportedMediaType
        body = _loaded(self._text())
        if not isinstance(body, dict):
            raise InvalidInput("The body must be a JSON object, such as {}.", code="invalid_json")
        _refuse_unstorable(body)
        return body

    @property
    def idempotency_key(self) -> str | None:
        """The key under which the answer is to be remembered; None when the caller named none.

        Raises:
            InvalidInput: it is empty, longer than 255 characters or not printable.
        """
        key = self._headers.get("idempotency-key")
        if key is None:
            return None
        key = key.strip()
        if not 1 <= len(key) <= MAX_KEY_CHARACTERS or not key.isprintable():
            raise invalid(
                "Idempotency-Key",
                f"Idempotency-Key must be 1 to {MAX_KEY_CHARACTERS} printable characters.",
                given=key,
            )
        return key

    @cached_property
    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in (self._event.get("headers") or {}).items()}

    def _text(self) -> str:
        body = self._event.get("body") or ""
        if len(body) > 2 * MAX_BODY_BYTES:  # nothing that long is small enough once decoded: base64 adds a third
            _refuse_large()
        try:
            raw = base64.b64decode(body, validate=True) if self._event.get("isBase64Encoded") else body.encode()
            if len(raw) > MAX_BODY_BYTES:
                _refuse_large()
            return raw.decode()
        except (binascii.Error, UnicodeError):
            raise InvalidInput("The body is not UTF-8 text.", code="invalid_json") from None


def _refuse_large() -> Never:
    raise TooLarge(f"The body may have at most {MAX_BODY_BYTES // 1024} KB.")


def _loaded(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_float=_float, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidInput(f"The body is not valid JSON (at {where}).", code="invalid_json") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, or lists in lists in lists
        raise InvalidInput("The body is not JSON that can be read.", code="invalid_json") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise invalid(twice, f"The field {twice!a} is given twice.", given=twice)
    return fields


def _float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(name: str) -> Never:
    shown = name if len(name) <= MAX_NUMBER_SHOWN else f"{name[:MAX_NUMBER_SHOWN]}…"
    raise InvalidInput(f"The body is not valid JSON: {shown} is no number that can be stored.", code="invalid_json")


def _refuse_unstorable(value: Mapping[str, object]) -> None:
    for path, text in _texts(value):
        if "\0" in text:
            raise invalid(path, f"{path} contains a NUL character (U+0000), which cannot be stored.", given=None)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise invalid(path, f"{path} contains half of a surrogate pair, which is not a character.", given=None)


def _texts(value: object) -> Iterator[tuple[str, str]]:
    pending: list[tuple[str, object, int]] = [("", value, 1)]
    while pending:  # a stack of our own: how deep a body is nested is up to its sender
        path, item, depth = pending.pop()
        if isinstance(item, str):
            yield path, item
        elif isinstance(item, list | dict) and depth > MAX_DEPTH:
            sentence = f"The body holds lists and objects more than {MAX_DEPTH} deep within one another."
            raise InvalidInput(sentence, code="invalid_json")
        elif isinstance(item, list):
            pending += [(f"{path}[{index}]", each, depth + 1) for index, each in enumerate(item)]
        elif isinstance(item, dict):
            yield from (("the name of a field", name) for name in item)
            pending += [(f"{path}.{name}" if path else name, each, depth + 1) for name, each in item.items()]
