"""Connects the account of a person who has opened a connect link."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from minutehand.connections.connect import store, verify
from minutehand.connections.store import Connections, Seal
from minutehand.oauth.authorization import CompletedAuthorization, Providers, client_for
from minutehand.oauth.clients import Clients
from minutehand.oauth.connect_links import ConnectLinks
from minutehand.oauth.forms.link_page import LinkForm
from minutehand.oauth.pending_authorizations import PendingAuthorizations
from minutehand.platforms.connectors import Now
from minutehand.platforms.oauth2.provider import provider_for
from minutehand.runtime.db import Database
from minutehand.runtime.default_limits import MAX_CONNECTIONS, MAX_PENDING_AUTHORIZATIONS

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Consent:
    """The URL of a platform's consent page, and the state, from which the name of the browser's cookie is derived."""

    url: str = field(repr=False)
    state: str = field(repr=False)


def begin_from_link(
    db: Database,
    clients: Clients,
    secret: str,
    platform: str,
    browser_digest: bytes,
    *,
    callback_url: str,
    now: Now,
    max_pending: int = MAX_PENDING_AUTHORIZATIONS,
    providers: Providers = provider_for,
) -> Consent:
    """Mark a link as used, and begin an authorization that only the browser with this digest can complete.

    The person has already confirmed the authorization on the page of the link, which names the owner.

    Raises:
        NotFound, Conflict, Gone, InvalidInput: see `ConnectLinks.use`.
        Conflict: the OAuth client for the platform is missing or cannot be read now, or the owner has too many pending
            authorizations. The link is not marked as used.
    """
    client = client_for(clients, platform)
    with db.transaction():
        link = ConnectLinks(db).use(secret, platform, now=now())
        begun = PendingAuthorizations(db, max_pending).begin(
            link.maker,
            platform,
            callback_url,
            make_default=False,
            now=now(),
            browser_digest=browser_digest,
            return_to=link.return_to,
        )
    url = providers(platform).authorization_url(
        client, redirect_uri=callback_url, state=begun.state, code_verifier=begun.code_verifier
    )
    return Consent(url, begun.state)


def connect_from_link(
    db: Database,
    form: LinkForm,
    platform: str,
    *,
    client: "httpx.Client",
    seal: Seal,
    now: Now,
    max_connections: int = MAX_CONNECTIONS,
) -> CompletedAuthorization:
    """Connect an account with the credentials in ``form``, and mark the link as used. If the credentials are refused,
    the link can be used again, for up to `MAX_ATTEMPTS` attempts (see `minutehand.oauth.connect_links`).

    Raises:
        NotFound, Conflict, Gone, InvalidInput: see `ConnectLinks.count_attempt` and `ConnectLinks.use`.
        InvalidInput, Conflict, TooManyRequests, VaultUnavailable: see `minutehand.connections.connect.connect`.
    """
    links, connections = ConnectLinks(db), Connections(db, max_connections)
    links.count_attempt(form.link, platform, now=now())
    verified = verify({"platform": platform, **form.credentials()}, client=client, now=now)
    with db.transaction():
        link = links.use(form.link, platform, now=now())
        made = store(connections, link.maker, verified, seal=seal, now=now)
        connection = connections.find(made.id, link.owner_id)
    connected = [] if connection is None else [connection]
    return CompletedAuthorization(platform, link.owner_id, connected, made.added, link.return_to)
