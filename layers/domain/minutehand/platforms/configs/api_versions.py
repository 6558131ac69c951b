from typing import Annotated

from pydantic import Field

from minutehand.runtime.config import Config


class ApiVersionsConfig(Config):
    """The API versions that the template's parameters GraphApiVersion and LinkedInVersion select."""

    graph_api_version: Annotated[str, Field(pattern=r"^v\d{1,3}\.\d$")] = "v25.0"
    linkedin_version: Annotated[str, Field(pattern=r"^20\d\d(0[1-9]|1[0-2])$")] = "202607"
