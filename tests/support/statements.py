"""The statements of the code, as they are sent to Postgres."""

from minutehand.posts.forms.post import FIELDS
from minutehand.runtime import sql
from minutehand.runtime.sql import Query
from tests.support.prose import ROOT

DOMAIN = ROOT / "layers" / "domain" / "minutehand"


def statements() -> dict[str, Query]:
    """Return every statement by the name of its feature and its own, such as ``posts.find``."""
    return {
        f"{path.parent.name}.{name}": query.with_columns(fields=FIELDS) if "{fields}" in query.text else query
        for path in sorted(DOMAIN.glob("*/queries.sql"))
        for name, query in sql.load(f"minutehand.{path.parent.name}").items()
    }


def fragments() -> str:
    """Return the text of all fragments."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(DOMAIN.glob("*/fragments.sql")))
