"""Each field that platforms show reaches the composition of the content."""

import re
from typing import Any

from minutehand.platforms.composition import compose
from minutehand.posts.forms.post import FIELDS, PUBLISHED_FIELDS, PostFields
from minutehand.publishing.work import Work
from minutehand.runtime import sql

NOT_CONTENT = {"platforms", "connectionIds", "scheduledAt"}
"""The fields that determine where and when a post is published, but not what."""
CONTENT_COLUMNS = {column for column, name in FIELDS.items() if name in PUBLISHED_FIELDS - NOT_CONTENT}


class Reads(dict[str, Any]):
    """A row that notes which columns are read."""

    def __init__(self, row: dict[str, Any]) -> None:
        super().__init__(row)
        self.columns: set[str] = set()

    def __getitem__(self, column: str) -> Any:
        self.columns.add(column)
        return super().__getitem__(column)


def leased_columns() -> set[str]:
    """Return the names of the columns in the result of the statement ``lease``."""
    _, _, last = sql.load("minutehand.publishing")["lease"].text.rpartition("\nSELECT ")
    columns, _, _ = last.partition("\nFROM ")
    return {re.split(r" AS |\.", column)[-1].strip() for column in columns.split(",")}


def test_publication_is_leased_with_every_field_that_platforms_show() -> None:
    row = PostFields().model_dump() | {"platform": "bluesky", "part": 1}

    work = Work.from_row({column: row.get(column) for column in leased_columns()})

    assert work.content is not None
    assert work.post.keys() == CONTENT_COLUMNS | {"reply_to"}


def test_content_is_composed_from_every_field_that_platforms_show() -> None:
    post = Reads(PostFields().model_dump())

    compose(post, "bluesky")

    assert post.columns == CONTENT_COLUMNS
