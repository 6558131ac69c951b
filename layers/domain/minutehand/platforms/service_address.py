"""The type of the address of a platform's service, which a template parameter sets."""

from typing import Annotated

from pydantic import Field

ServiceAddress = Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$")]
