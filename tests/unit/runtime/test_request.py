"""Requests of browsers: their cookies and their forms."""

from typing import Any

import pytest
from pydantic import BaseModel

from minutehand.runtime.errors import InvalidInput, TooLarge, UnsupportedMediaType
from minutehand.runtime.request import FORM, MAX_BODY_BYTES, MAX_FORM_FIELDS, Request


class Greeting(BaseModel):
    """A form."""

    name: str
    tone: str = ""


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        ({"Cookie": ["a=1; secret=hush; b=2"]}, "hush"),
        ({"cookie": ["a=1", "secret=hush"]}, "hush"),
        ({"cookie": ["secret=a=b=="]}, "a=b=="),
        ({"cookie": ["secret="]}, ""),
        ({"cookie": ["  secret=hush  "]}, "hush"),
        # Nobody knows which of two is ours.
        ({"cookie": ["secret=hush; secret=planted"]}, None),
        ({"cookie": ["secret=hush"], "Cookie": ["secret=planted"]}, None),
        ({"cookie": ["Secret=hush; xsecret=1; secretx=2; a=secret=3"]}, None),
        ({"cookie": [";;=;"]}, None),
        ({}, None),
        (None, None),
    ],
)
def test_cookie_is_the_only_one_of_its_name(headers: dict[str, list[str]] | None, value: str | None) -> None:
    assert Request({"multiValueHeaders": headers}).cookie("secret") == value


def form(body: str, content_type: str = FORM, **query: str) -> Request:
    event: dict[str, Any] = {"httpMethod": "POST", "headers": {"Content-Type": content_type}, "body": body}
    return Request(event | {"queryStringParameters": query})


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=UTF-8", FORM.upper()])
def test_form_is_read_with_the_query_of_its_address(content_type: str) -> None:
    assert form("name=%C3%84da+L", content_type).html_form(Greeting).name == "Äda L"
    assert form("name=Ada", content_type, tone="warm").html_form(Greeting) == Greeting(name="Ada", tone="warm")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", InvalidInput),
        ("tone=hush", InvalidInput),
        ("name=a%00hush", InvalidInput),
        ("&".join(f"hush{number}=1" for number in range(MAX_FORM_FIELDS + 1)), InvalidInput),
        ("name=" + "x" * MAX_BODY_BYTES, TooLarge),
    ],
)
def test_unusable_form_is_refused_without_repeating_it(body: str, error: type[Exception]) -> None:
    with pytest.raises(error) as refused:
        form(body).html_form(Greeting)

    assert "hush" not in repr(vars(refused.value))


@pytest.mark.parametrize("content_type", ["", "application/json", "multipart/form-data", "text/plain"])
def test_body_of_another_type_is_no_form(content_type: str) -> None:
    request = form("name=Ada", content_type)

    assert not request.is_html_form
    with pytest.raises(UnsupportedMediaType):
        request.html_form(Greeting)


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        ("GET", "There is no parameter tone. This call has no parameters."),
        ("DELETE", "tone is in the query. This call reads its fields from the body."),
    ],
)
@pytest.mark.parametrize("key", ["queryStringParameters", "multiValueQueryStringParameters"])
def test_query_that_no_handler_reads_is_refused_without_its_values(method: str, sentence: str, key: str) -> None:
    request = Request({"httpMethod": method, key: {"tone": "hush" if key[0] == "q" else ["hush"]}})

    with pytest.raises(InvalidInput) as refused:
        request.require_query_read()
    assert refused.value.details == [{"field": "tone", "message": sentence, "given": None}]
    request.query()
    request.require_query_read()


def test_body_is_not_read_with_a_query() -> None:
    event = {"httpMethod": "POST", "body": '{"name": "Ada"}', "headers": {"Content-Type": "application/json"}}

    assert Request(event).form(Greeting).name == "Ada"
    with pytest.raises(InvalidInput, match="tone is in the query"):
        Request(event | {"queryStringParameters": {"tone": "warm"}}).form(Greeting)
