"""The address of a service of a platform, which a parameter of the template sets."""

from typing import Annotated

from pydantic import Field

ServiceAddress = Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$")]
