"""Requests from API Gateway, with the checks that do not depend on a particular field."""

import base64
import binascii
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, Never
from urllib.parse import parse_qsl

from pydantic import BaseModel

from minutehand.runtime.errors import Conflict, InvalidInput, TooLarge, UnsupportedMediaType
from minutehand.runtime.identity import Identity
from minutehand.runtime.validation import invalid, parse, shortened_text

MAX_BODY_BYTES = 256 * 1024
MAX_KEY_CHARACTERS = 255
MAX_NUMBER_CHARACTERS = 20
MAX_FORM_FIELDS = 20
FORM = "application/x-www-form-urlencoded"
MAX_DEPTH = 50
"""The maximum nesting depth of lists and objects. Deeper nesting could exhaust the stack of code that reads the body
recursively. Valid requests have far fewer levels.
"""


class Gateway(NamedTuple):
    """The address of an API: its domain, if API Gateway reports one, its id and its path prefix."""

    domain: str | None
    api_id: str
    base_path: str


class Request:
    """A request to the API, from a REST proxy event (payload format 1.0)."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        """Store ``event``. The parts of the event are read and checked only when they are needed."""
        self._event = event
        self._query_is_read = False

    @property
    def id(self) -> str:
        """The request id that API Gateway assigned. The response and the log contain this id."""
        return str(self._event.get("requestContext", {}).get("requestId", ""))

    @property
    def method(self) -> str:
        """The HTTP method, in upper case."""
        return str(self._event.get("httpMethod", ""))

    @property
    def path(self) -> str:
        """The path of the endpoint, without the stage, the base path of a custom domain or a trailing slash."""
        path = str(self._event.get("path", "")).rstrip("/")
        known = self._resource_path
        return known if known and path.endswith(known) else path

    @property
    def is_authenticated(self) -> bool:
        """True if the authorizer has attached an identity to the request."""
        return bool(self._authorizer)

    def reader(self) -> Identity:
        """Return the identity of the caller. Raises the errors of `Identity.from_authorizer`."""
        return self._identity

    def writer(self) -> Identity:
        """Return the identity of the caller, who must have the scope write. Raises `Unauthenticated` or `Forbidden`."""
        identity = self.reader()
        identity.require_write()
        return identity

    @property
    def gateway(self) -> Gateway:
        """The address of the API that received the request."""
        context = self._event.get("requestContext", {})
        # The path is the base path, the endpoint's path and an optional slash.
        base_path = str(context.get("path", "")).rstrip("/").removesuffix(self._resource_path)
        return Gateway(context.get("domainName"), str(context.get("apiId", "")), base_path)

    @cached_property
    def _identity(self) -> Identity:
        return Identity.from_authorizer(self._authorizer)

    @property
    def _authorizer(self) -> Mapping[str, Any] | None:
        context: Mapping[str, Any] | None = self._event.get("requestContext", {}).get("authorizer")
        return context

    @property
    def _resource_path(self) -> str:
        """The endpoint's path in the template, as API Gateway reports it."""
        return str(self._event.get("requestContext", {}).get("resourcePath") or self._event.get("resource") or "")

    @property
    def wants_json(self) -> bool:
        """True if the caller accepts JSON but not HTML."""
        accepted = self._headers.get("accept", "").lower()
        return "json" in accepted and "text/html" not in accepted

    def require_opened(self) -> None:
        """Refuse a browser that loads a page in advance, perhaps without ever showing it.

        Source: the Prefetch specification (Sec-Purpose). Older browsers send Purpose, X-Purpose or X-Moz.

        Raises:
            Conflict: the browser loads the page in advance. It loads the page again when a person opens it.
        """
        purposes = (self._headers.get(name, "") for name in ("sec-purpose", "purpose", "x-purpose", "x-moz"))
        if any(word in purpose.lower() for purpose in purposes for word in ("prefetch", "prerender", "preview")):
            raise Conflict("This page was loaded in advance. Open it to continue.", code="prefetch")

    def query(self, *, confidential: bool = False) -> dict[str, str]:
        """Return the query parameters. ``confidential``: True if errors must not repeat the parameters' values.

        Raises:
            InvalidInput: a parameter is given twice, or contains characters that cannot be stored.
        """
        self._query_is_read = True
        given: dict[str, list[str]] = self._event.get("multiValueQueryStringParameters") or {}
        single: dict[str, str] = self._event.get("queryStringParameters") or {}
        for name, values in given.items():
            if len(values) > 1:
                name = shortened_text(name)
                raise invalid(
                    name, f"{name} is given {len(values)} times. Give it once.", given=None if confidential else values
                )
        parameters = {name: values[0] for name, values in given.items() if values} or dict(single)
        _refuse_unstorable(parameters)
        return parameters

    def require_query_read(self) -> None:
        """Refuse query parameters that the handler has not read, because they have no effect.

        Raises:
            InvalidInput: the request has query parameters, and neither `query` nor `form` has read them. The error does
                not repeat their values, which may be misplaced secrets.
        """
        given = self._event.get("multiValueQueryStringParameters") or self._event.get("queryStringParameters") or {}
        if self._query_is_read or not given:
            return
        name = shortened_text(next(iter(given)))
        if self.method == "GET":
            raise invalid(name, f"There is no parameter {name}. This call has no parameters.", given=None)
        raise invalid(name, f"{name} is in the query. This call reads its fields from the body.", given=None)

    def json(self) -> dict[str, Any]:
        """Return the body, which must be a JSON object. Repeated calls return the same object.

        Raises:
            InvalidInput: the body is not a JSON object, repeats a field, is nested too deeply, or contains characters
                or numbers that cannot be stored, or the request has query parameters.
            TooLarge: the body is larger than 256 KB.
            UnsupportedMediaType: the request has a Content-Type other than JSON.
        """
        return self._body

    @cached_property
    def _body(self) -> dict[str, Any]:
        self.require_query_read()
        # Some clients send the header twice, and proxies join the values with a comma.
        if not all(map(_is_json, self._headers.get("content-type", "").split(","))):
            raise UnsupportedMediaType
        body = _parse_json(self._text())
        if not isinstance(body, dict):
            raise InvalidInput("The body must be a JSON object, such as {}.", code="invalid_json")
        _refuse_unstorable(body)
        return body

    def form[Form: BaseModel](self, model: type[Form], *, confidential: bool = False) -> Form:
        """Validate the query of a GET request, or the body of any other request, and return it as a ``model``.

        ``confidential``: True if the input contains secrets, which errors must not repeat.

        Raises:
            InvalidInput, TooLarge, UnsupportedMediaType: see `query`, `json` and `validation.parse`.
        """
        if self.method == "GET":
            return parse(model, self.query(confidential=confidential), confidential=confidential)
        return parse(model, self.json(), confidential=confidential)

    def cookie(self, name: str) -> str | None:
        """Return the value of the cookie ``name``, or None unless the browser sent exactly one such cookie."""
        several: dict[str, list[str]] = self._event.get("multiValueHeaders") or {}
        headers = [value for header, values in several.items() if header.lower() == "cookie" for value in values]
        pairs = [pair.strip().partition("=") for header in headers for pair in header.split(";")]
        values = [value for found, _, value in pairs if found == name]
        return values[0] if len(values) == 1 else None

    @property
    def is_html_form(self) -> bool:
        """True if the body is a form that a browser submitted from a page."""
        return self._headers.get("content-type", "").partition(";")[0].strip().lower() == FORM

    def html_form[Form: BaseModel](self, model: type[Form]) -> Form:
        """Validate the form that a browser submitted from a page, together with the query of the page's address.

        Errors do not repeat the values.

        Raises:
            UnsupportedMediaType: the body is not a form.
            InvalidInput: the form has more than 20 fields or is not valid; see `query` and `validation.parse`.
            TooLarge: see `json`.
        """
        if not self.is_html_form:
            raise UnsupportedMediaType("Content-Type must be " + FORM + ".")
        try:
            fields = dict(parse_qsl(self._text(), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS))
        except ValueError:
            raise InvalidInput(f"The form has more than {MAX_FORM_FIELDS} fields.") from None
        _refuse_unstorable(fields)
        return parse(model, self.query(confidential=True) | fields, confidential=True)

    @property
    def origin(self) -> str | None:
        """The origin of the web page that made the request, or None if the request has no origin."""
        return self._headers.get("origin")

    @property
    def idempotency_key(self) -> str | None:
        """The Idempotency-Key, or None if the request has no key.

        Raises:
            InvalidInput: the key is empty, longer than 255 characters, or not printable.
        """
        key = self._headers.get("idempotency-key")
        if key is None:
            return None
        key = key.strip()
        if not 1 <= len(key) <= MAX_KEY_CHARACTERS or not key.isprintable():
            raise invalid(
                "Idempotency-Key",
                f"Idempotency-Key must have 1 to {MAX_KEY_CHARACTERS} printable characters.",
                given=key,
            )
        return key

    @cached_property
    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in (self._event.get("headers") or {}).items()}

    def _text(self) -> str:
        body = self._event.get("body") or ""
        if len(body) > 2 * MAX_BODY_BYTES:  # too large even if the body is base64, which adds a third to its size
            _refuse_large()
        try:
            raw = base64.b64decode(body, validate=True) if self._event.get("isBase64Encoded") else body.encode()
            if len(raw) > MAX_BODY_BYTES:
                _refuse_large()
            return raw.decode("utf-8-sig")  # without the byte order mark that some editors and tools write
        except (binascii.Error, UnicodeError):
            raise InvalidInput("The body is not valid UTF-8.", code="invalid_json") from None


def _is_json(content_type: str) -> bool:
    """Return whether ``content_type``, one value of the header Content-Type, names JSON or is empty."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type in ("", "application/json") or media_type.endswith("+json")


def _refuse_large() -> Never:
    raise TooLarge(f"The body may be at most {MAX_BODY_BYTES // 1024} KB.")


def _parse_json(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_float=_float, parse_constant=_refuse_number)
    except json.JSONDecodeError as error:
        position = f"line {error.lineno}, column {error.colno}"
        raise InvalidInput(f"The body is not valid JSON ({position}).", code="invalid_json") from None
    except (ValueError, RecursionError):  # raised for a number with thousands of digits or for very deep nesting
        raise InvalidInput(
            "The body contains a number that is too long, or is nested too deeply.", code="invalid_json"
        ) from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        twice = shortened_text(next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1))
        raise invalid(twice, f"The field {twice!a} is given twice.", given=twice)
    return fields


def _float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse_number(text)


def _refuse_number(name: str) -> Never:
    shown = name if len(name) <= MAX_NUMBER_CHARACTERS else f"{name[:MAX_NUMBER_CHARACTERS]}…"
    raise InvalidInput(f"The body contains the number {shown}, which cannot be stored.", code="invalid_json")


def _refuse_unstorable(value: Mapping[str, object]) -> None:
    for path, text in _texts(value):
        if "\0" in text:
            raise invalid(path, f"{path} contains a NUL character (U+0000), which cannot be stored.", given=None)
        try:
            text.encode()
        except UnicodeEncodeError:
            sentence = f"{path} contains an unpaired surrogate, which is not a character."
            raise invalid(path, sentence, given=None) from None


def _texts(value: object) -> Iterator[tuple[str, str]]:
    pending: list[tuple[str, object, int]] = [("", value, 1)]
    while pending:  # not recursive, because the client decides how deeply the body is nested
        path, item, depth = pending.pop()
        if isinstance(item, str):
            yield path, item
        elif isinstance(item, list | dict) and depth > MAX_DEPTH:
            raise InvalidInput(f"The body is nested more than {MAX_DEPTH} levels deep.", code="invalid_json")
        elif isinstance(item, list):
            pending += [(f"{path}[{index}]", each, depth + 1) for index, each in enumerate(item)]
        elif isinstance(item, dict):
            yield from (("A field name", name) for name in item)
            fields = [(shortened_text(name), each) for name, each in item.items()]
            pending += [(f"{path}.{name}" if path else name, each, depth + 1) for name, each in fields]
