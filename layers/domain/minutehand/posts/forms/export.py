"""The request of posts/export: the filters of lists, the format, and the data to include."""

from typing import Annotated, Literal

from pydantic import Field

from minutehand.posts.forms.filters import PostFilters
from minutehand.runtime.page_query import Number

MAX_EXPORTED = 500
"""The maximum number of posts in one page of an export."""

type ExportFormat = Literal["csv", "jsonl"]
type ExportInclude = Literal["metrics"]


class ExportQuery(PostFilters, defer_build=False):
    """The query of posts/export. ``include``: the additional data of each post."""

    format: ExportFormat = "csv"
    include: ExportInclude | None = None
    take: Annotated[Number, Field(ge=1, le=MAX_EXPORTED)] = MAX_EXPORTED
    cursor: str | None = None
