"""The website of a platform, on which people see accounts and their posts."""

import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit


class Website(NamedTuple):
    """The addresses of a platform's website, and of the public pages of accounts on it."""

    origin: str | None
    """The scheme and the host, or None if each server of the platform has its own website."""
    profile: str
    """The path of an account's page, with ``{name}`` for the account's name or ``{id}`` for its id."""
    handle: str = "@?(?P<name>[^@].*)"
    """The regular expression of the handles that contain a name."""
    account_id: str = "(?P<id>.+)"
    """The regular expression of the account ids that contain the id of a page."""

    @property
    def home_url(self) -> str | None:
        """The URL of the home page, or None if each server of the platform has its own website."""
        return self.origin and f"{self.origin}/"

    def profile_url(self, account_id: str, handle: str, base_url: str) -> str | None:
        """Return the address of an account's public page, or None if it is not known. ``base_url`` is the address of
        the account's server.
        """
        found = re.fullmatch(self.handle, handle), re.fullmatch(self.account_id, account_id)
        if not all(found) or not _has_pages(base_url):
            return None
        parts = {key: quote(value, safe="") for match in found if match for key, value in match.groupdict().items()}
        return (self.origin or base_url.rstrip("/")) + self.profile.format_map(parts)


def _has_pages(base_url: str) -> bool:
    """Return whether the accounts of a server have public pages. Simulated platforms, whose servers have no HTTPS, and
    test mode, whose server is in the domain ``invalid``, have no such pages.
    """
    server = urlsplit(base_url)
    return server.scheme == "https" and not (server.hostname or "").endswith(".invalid")
