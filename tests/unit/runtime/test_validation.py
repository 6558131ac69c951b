"""Validation errors are sentences that name the field and the allowed values."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from minutehand.runtime.errors import InvalidInput
from minutehand.runtime.validation import parse


class Inner(BaseModel):
    name: str = ""


class Model(BaseModel, strict=True, extra="forbid"):
    text: Annotated[str, Field(min_length=1, max_length=5)] = "text"
    some: Annotated[list[str], Field(min_length=1, max_length=2)] = ["a"]
    many: Annotated[list[str], Field(min_length=2)] = ["a", "b"]
    number: Annotated[int, Field(ge=1, le=5_000)] = 1
    yes: Literal[True] = True
    word: Literal["start", "stop"] = "start"
    flag: bool = False
    by_name: dict[str, Inner] = {}


class Required(BaseModel, extra="forbid"):
    content: str


@pytest.mark.parametrize(
    ("given", "sentence", "allowed"),
    [
        ({"text": 5}, "text must be a string.", "a string"),
        ({"text": ""}, "text must not be empty.", None),
        ({"text": "longer"}, "text is 6 characters long; at most 5 are allowed.", "at most 5"),
        ({"some": "a"}, "some must be a list.", "a list"),
        ({"some": []}, "some must have at least 1 entry.", "at least 1"),
        ({"some": ["a", "b", "c"]}, "some may have at most 2 entries.", "at most 2"),
        ({"many": []}, "many must have at least 2 entries.", "at least 2"),
        ({"number": 0}, "number must be at least 1.", "at least 1"),
        ({"number": 5_001}, "number must be at most 5,000.", "at most 5000"),
        ({"number": 1.5}, "number must be an integer.", "an integer"),
        ({"yes": False}, "yes must be true.", "true"),
        ({"word": "pause"}, "word must be one of start, stop.", ["start", "stop"]),
        ({"flag": "yes"}, "flag must be true or false.", "true or false"),
        ({"by_name": []}, "by_name must be an object.", "an object"),
        ({"by_name": {"x": 5}}, "by_name.x must be an object.", "an object"),
    ],
)
def test_each_kind_of_problem_has_a_sentence(given: dict[str, object], sentence: str, allowed: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(Model, given)

    (detail,) = caught.value.details
    assert caught.value.message == detail["message"] == sentence
    assert detail.get("allowed") == allowed


def test_misspelled_name_is_the_first_problem() -> None:
    """The message of the error is that of the first problem, and a misspelled name explains why a field is missing."""
    with pytest.raises(InvalidInput) as caught:
        parse(Required, {"contents": "The kiln is warm."})

    assert [detail["field"] for detail in caught.value.details] == ["contents", "content"]
    assert caught.value.message == "There is no field contents. The fields are: content."
