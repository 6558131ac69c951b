"""The organisations that a LinkedIn member administers.

An app that LinkedIn has not approved for organisations may not read them. Source: "Organization Access Control" and
"Organization Lookup".
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from minutehand.platforms.identifiers import printable_name

if TYPE_CHECKING:
    from minutehand.platforms.exchange import Reply

PAGE_SIZE, MAX_PAGES = 100, 10
ORGANISATION = re.compile(r"urn:li:organization:\d{1,20}", re.ASCII)

type Get = Callable[[str, Mapping[str, str] | str, str], "Reply"]
"""Makes a GET request. The arguments are the path, the query and the method of Rest.li."""


def list_organisations(get: Get, fields: Callable[["Reply"], Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of the member's organisations, keyed by URN.

    ``fields``: a function that returns the fields of a response to the request for roles, or raises the response's
    error.
    """
    organisations: dict[str, str] = {}
    for page in range(MAX_PAGES):
        query = {
            "q": "roleAssignee",
            "role": "ADMINISTRATOR",
            "state": "APPROVED",
            "start": str(page * PAGE_SIZE),
            "count": str(PAGE_SIZE),
        }
        elements = fields(get("/rest/organizationAcls", query, "FINDER")).get("elements")
        found = elements[:PAGE_SIZE] if isinstance(elements, list) else []
        named = [str(element.get("organization")) for element in found if isinstance(element, Mapping)]
        organisations |= _names(get, [urn for urn in named if ORGANISATION.fullmatch(urn)])
        if len(found) < PAGE_SIZE:
            break
    return organisations


def _names(get: Get, urns: list[str]) -> dict[str, str]:
    """Return the names of the organisations, keyed by URN. If LinkedIn does not return a name, use the id instead."""
    if not urns:
        return {}
    ids = {urn: urn.rpartition(":")[2] for urn in urns}
    reply = get("/rest/organizations", f"ids=List({','.join(ids.values())})", "BATCH_GET")
    results = reply.fields.get("results") if reply.ok else None
    known = results if isinstance(results, Mapping) else {}
    return {urn: printable_name(_name(known.get(number)), number) for urn, number in ids.items()}


def _name(organisation: Any) -> Any:
    return organisation.get("localizedName") if isinstance(organisation, Mapping) else None
