"""Requests from the forms of the API: valid ones, nearly valid ones, and ones that no client would send.

The same seed generates the same requests in each process.
"""

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from local.openapi.reference import BASE
from tests.support.api import sample
from tests.support.request_fields import SAMPLES, calls, forms, is_idempotent, parameters, resolved

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "get", "")
ODD_TEXTS = (
    *("", " ", "\0", "a\0b", "\ud800", "\udfffa", "\u202e\u2066", "\ufeff", "\r\nx-injected: 1", "a\u0300" * 2_000),
    *(
        "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 500,
        "ﷺ" * 3_000,
        "\u0085",
        "\u2028",
        "\U0001d4b3" * 300,
        "İ" * 5_000,
    ),
    *("a" * 250, "a" * 120_000, "9" * 5_000, "-1", "1e400", "NaN", "null", "true", "0x10", "١٢٣", "1_000", "+1"),
    *("' OR 1=1 --", "%(owner_id)s", "%s%n{0}", "${jndi:ldap://a}", "../../etc/passwd", "<script>", "{{7*7}}"),
    *("https://xn--ls8h.example/", "https://[", "https://a.example:99999999/", "http://127.0.0.1:1/", "//", "media:"),
    *("https://user:pass@a.example/b", "media:00000000-0000-0000-0000-000000000000", "data:text/html,a"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-02-30T00:00:00Z", "2026-03-29T02:30:00"),
    *("2026-03-02T09:00:60Z", "2026-W10-1", "20260302T090000Z", "2026-03-02 09:00", "-0001-01-01", "+99999-01-01"),
    *("Europe/Lisbon", "Europe/Lisbon\0", "/etc/localtime", "posix/UTC", "America", "UTC", "../UTC", "Etc/GMT+14"),
)
ODD_NUMBERS = (0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**18, 10**400, 1.5, -0.0, 1e308, 1e-320)
ODD_NAMES = ("", "__proto__", "constructor", "ownerId", "id", "$ref", "a" * 3_000, "\ud800", "postId ", "post_id", "é")
CONTENT_TYPES = (
    *("application/json", "application/json; charset=utf-16", "text/plain", "application/x-www-form-urlencoded"),
    *("multipart/form-data; boundary=a", "application/vnd.api+json", "", "json", "application/json, text/html", "é"),
)
OPTIONS = (
    *("thread", "firstComment", "title", "tags", "link", "poll", "visibility", "language", "coverUrl", "boardId"),
    *("privacyLevel", "madeForKids", "sensitive", "spoilerText", "categoryId", "replySettings", "mediaType", "layout"),
)
TEXTS = (
    "The kiln is warm.",
    "Nova fornada 🏺 #barro",
    "https://a.example/kiln",
    "@ada@a.example",
    "2030-03-02T09:00:00Z",
)


@dataclass(frozen=True)
class OddRequest:
    """A request. ``body`` is None for a request without a body."""

    call: str
    method: str
    path: str
    query: Sequence[tuple[str, str]]
    headers: Sequence[tuple[str, str]]
    body: str | bytes | None = field(repr=False)

    def event(self, identity: Mapping[str, str] | None, function: str) -> dict[str, Any]:
        """Return the event that API Gateway would send."""
        event = sample(function)
        several: dict[str, list[str]] = {}
        for name, value in self.query:
            several.setdefault(name, []).append(value)
        headers: dict[str, list[str]] = {}
        for name, value in self.headers:
            headers.setdefault(name, []).append(value)
        binary = isinstance(self.body, bytes)
        event |= {
            "httpMethod": self.method,
            "path": self.path,
            "headers": {name: values[-1] for name, values in headers.items()},
            "multiValueHeaders": headers,
            "queryStringParameters": {name: values[-1] for name, values in several.items()} or None,
            "multiValueQueryStringParameters": several or None,
            "body": base64.b64encode(self.body).decode() if isinstance(self.body, bytes) else self.body,
            "isBase64Encoded": binary,
        }
        event["requestContext"]["authorizer"] = identity
        return event


class OddRequests:
    """A generator of requests. ``known``: values by the names of the fields, such as ids of existing objects."""

    def __init__(self, seed: int, known: Mapping[str, Sequence[str]]) -> None:
        self.random = Random(seed)
        self._known = known
        self._calls = calls()

    def next(self) -> OddRequest:
        """Return the next request."""
        choose = self.random.choice
        call = choose(self._calls)
        method, path = call.split(" ")
        form = parameters(call) if method == "GET" else choose(forms(call))
        fields = self._object(form)
        for _ in range(choose((0, 0, 1, 1, 2, 4))):
            fields = self._changed(fields)
        query, body = (self._query(fields), None) if method == "GET" else ((), self._body(call, fields))
        headers = [("content-type", "application/json")]
        if "confirm" in path and method == "POST":
            headers = [("content-type", "application/x-www-form-urlencoded")]
        if is_idempotent(call) and self._rarely(0.3):
            headers.append(("idempotency-key", choose(("a", "b", *ODD_TEXTS))))
        if self._rarely(0.1):
            headers = self._headers(headers)
        if self._rarely(0.05):
            method = choose(METHODS)
        if self._rarely(0.02):
            path += choose(("/", "//", "/../me", "%2e", "?a=b", "é"))
        return OddRequest(call, method, "/" + BASE.strip("/") + "/" + path, query, headers, body)

    def _rarely(self, share: float) -> bool:
        return self.random.random() < share

    def _value(self, name: str, schema: Mapping[str, Any]) -> Any:
        schema, choose = resolved(schema), self.random.choice
        match schema:
            case {"const": value}:
                return value
            case {"enum": values}:
                return choose(values)
            case {"oneOf": several}:
                return self._value(name, choose(several))
            case {"type": "boolean"}:
                return choose((True, False))
            case {"type": "integer"}:
                return self.random.randint(schema.get("minimum", 0), min(schema.get("maximum", 100), 100_000))
            case {"type": "array"}:
                return [self._value(name, schema["items"]) for _ in range(choose((0, 1, 1, 2, 3)))]
            case {"type": "object"} | {"properties": _}:
                return self._object(schema)
        if name in self._known:
            return choose(self._known[name])
        if schema.get("format") == "uuid":
            return str(UUID(int=self.random.getrandbits(128), version=4))
        if schema.get("format") == "date":
            return f"2026-03-{self.random.randint(1, 31):02}"
        return choose((SAMPLES.get(name, "a"), *TEXTS))

    def _object(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        required = schema.get("required", [])
        found = {
            name: self._value(name, each)
            for name, each in schema.get("properties", {}).items()
            if name in required or self._rarely(0.3)
        }
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            names = schema.get("propertyNames", {}).get("enum") or [*TEXTS, *self._known.get("mediaUrls", ())]
            found |= {
                name: self._value("content", more) for name in self.random.sample(names, self.random.randint(0, 2))
            }
        elif more is True:
            found |= {name: self._odd() for name in self.random.sample(OPTIONS, self.random.randint(0, 3))}
        return found

    def _odd(self) -> Any:
        """Return a value of any kind."""
        choose = self.random.choice
        match self.random.randrange(8):
            case 0:
                return choose(ODD_NUMBERS)
            case 1:
                return choose((None, True, False, [], {}))
            case 2:
                return [choose((*TEXTS, *ODD_TEXTS, 1)) for _ in range(choose((1, 2, 40)))]
            case 3:
                return {choose((*OPTIONS, *ODD_NAMES)): choose((*TEXTS, *ODD_NUMBERS)) for _ in range(choose((1, 3)))}
            case 4:
                deep: Any = choose(TEXTS)
                for _ in range(choose((3, 30, 60, 400))):
                    deep = [deep] if self._rarely(0.5) else {"a": deep}
                return deep
            case 5:
                return [choose(TEXTS)] * choose((60, 2_000))
        return choose(ODD_TEXTS)

    def _changed(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Return ``fields`` with one field changed, removed or added."""
        choose, fields = self.random.choice, deepcopy(fields)
        if not fields or self._rarely(0.1):
            return fields | {choose(ODD_NAMES): self._odd()}
        name = choose(list(fields))
        if self._rarely(0.15):
            del fields[name]
        elif isinstance(fields[name], dict) and fields[name] and self._rarely(0.7):
            fields[name] = self._changed(fields[name])
        elif isinstance(fields[name], list) and self._rarely(0.6):
            fields[name] = [*fields[name], *fields[name], self._odd()]
        elif isinstance(fields[name], str) and self._rarely(0.4):
            fields[name] = choose((fields[name] + choose(ODD_TEXTS), fields[name].upper(), fields[name][:-1]))
        else:
            fields[name] = self._odd()
        return fields

    def _query(self, fields: dict[str, Any]) -> list[tuple[str, str]]:
        pairs = [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in fields.items()]
        return pairs + pairs[:1] if self._rarely(0.05) else pairs

    def _body(self, call: str, fields: dict[str, Any]) -> str | bytes | None:
        if call == "POST connections/confirm":
            return urlencode(fields, errors="replace")
        text = json.dumps(fields, ensure_ascii=self._rarely(0.7))
        if self._rarely(0.85):
            return text
        choose = self.random.choice
        raw = text.encode("utf-8", "surrogatepass")
        return choose(
            (
                *(None, "", "[]", "null", '"a"', "{", text[:-1], text + text, "\ufeff" + text, text.replace('"', "'")),
                *("[" * 100_000, '{"a":' * 50_000, text[:-1] + ', "a": NaN}', text[:-1] + ', "a": 1e999}'),
                *(text[:1] + text[1:-1] + "," + text[1:-1] + "}", "9" * 5_000, " " * 300_000, "=" * 300_000),
                *(raw, gzip.compress(raw, mtime=0), raw + b"\xff", text.encode("utf-16", "surrogatepass"), b"\0" * 50),
            )
        )

    def _headers(self, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        choose = self.random.choice
        return [
            *(headers if self._rarely(0.5) else []),
            ("Content-Type", choose(CONTENT_TYPES)),
            (choose(("accept", "cookie", "idempotency-key", "x-user-id", "x-owner-id", "host")), choose(ODD_TEXTS)),
            *([("content-encoding", "gzip")] if self._rarely(0.3) else []),
            *([("x-http-method-override", "DELETE")] if self._rarely(0.3) else []),
            *([("purpose", "prefetch")] if self._rarely(0.3) else []),
        ]
