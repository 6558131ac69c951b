"""Connects the account of a person who has opened a connect link."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from minutehand.connections.connect import store, verify
from minutehand.connections.store import Connections, Seal
from minutehand.oauth.authorization import Providers
from minutehand.oauth.callback import CompletedAuthorization
from minutehand.oauth.clients import Clients
from minutehand.oauth.connect_links import ConnectLinks
from minutehand.oauth.forms.link_page import LinkForm
from minutehand.oauth.pending_authorizations import PendingAuthorizations
from minutehand.oauth.registration import Registrar
from minutehand.platforms.oauth2.provider import provider_for
from minutehand.runtime.clock import Now
from minutehand.runtime.db import Database
from minutehand.runtime.default_limits import MAX_CONNECTIONS, MAX_PENDING_AUTHORIZATIONS

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Consent:
    """The URL of a platform's consent page, and the state, from which the name of the browser's cookie is derived."""

    url: str = field(repr=False)
    state: str = field(repr=False)


class LinkFollower:
    """Connects an account of the person who has opened a connect link, for the owner of the link."""

    def __init__(
        self,
        db: Database,
        clients: Clients,
        http: Callable[[], "httpx.Client"],
        seal: Seal,
        registrar: Registrar,
        now: Now,
        providers: Providers = provider_for,
        *,
        max_connections: int = MAX_CONNECTIONS,
        max_pending: int = MAX_PENDING_AUTHORIZATIONS,
    ) -> None:
        """Create a follower. ``http`` returns the HTTP client for platforms.

        ``max_connections``, ``max_pending``: the maximum numbers of connections and of pending authorizations of one
        owner.
        """
        self._db = db
        self._clients = clients
        self._http = http
        self._seal = seal
        self._now = now
        self._providers = providers
        self._registrar = registrar
        self._max_connections = max_connections
        self._pending = PendingAuthorizations(db, max_pending)

    def begin(self, form: LinkForm, platform: str, browser_digest: bytes, *, callback_url: str) -> Consent:
        """Mark the link in ``form`` as used, and begin an authorization that only the browser with this digest can
        complete.

        The person has already confirmed the authorization on the page of the link, which names the owner. On Mastodon,
        the form names the account's server. If this server cannot be used, the person can try again, up to
        `MAX_ATTEMPTS` times in total (see `minutehand.oauth.connect_links`).

        Raises:
            NotFound, Conflict, Gone, InvalidInput: see `ConnectLinks.count_attempt` and `ConnectLinks.use`.
            InvalidInput, Conflict, TooManyRequests: see `Registrar.client`.
            Conflict: the OAuth client for the platform is missing or cannot be read now, or the owner has too many
                pending authorizations. In these cases, the link is not marked as used.
            BadConfiguration: the configured OAuth clients are not valid.
        """
        own = None
        if form.instance is not None:
            links = ConnectLinks(self._db)
            owner_id = links.find(form.link, now=self._now()).owner_id
            self._pending.require_room(owner_id, now=self._now())
            links.count_attempt(form.link, platform, now=self._now())
            own = self._registrar.client(platform, form.instance, callback_url, owner_id)
        client = own or self._clients.require(platform)
        with self._db.transaction():
            link = ConnectLinks(self._db).use(form.link, platform, now=self._now())
            begun = self._pending.begin(
                link.maker,
                platform,
                callback_url,
                make_default=False,
                now=self._now(),
                client=own,
                browser_digest=browser_digest,
                return_to=link.return_to,
            )
        url = self._providers(platform).authorization_url(
            client, redirect_uri=callback_url, state=begun.state, code_verifier=begun.code_verifier
        )
        return Consent(url, begun.state)

    def connect(self, form: LinkForm, platform: str) -> CompletedAuthorization:
        """Connect an account with the credentials in ``form``, and mark the link as used. If the credentials are
        refused, the person can try again, up to `MAX_ATTEMPTS` times in total (see `minutehand.oauth.connect_links`).

        Raises:
            NotFound, Conflict, Gone, InvalidInput: see `ConnectLinks.count_attempt` and `ConnectLinks.use`.
            InvalidInput, Conflict, TooManyRequests, VaultUnavailable: see `minutehand.connections.connect.connect`.
        """
        links, connections = ConnectLinks(self._db), Connections(self._db, self._max_connections)
        links.count_attempt(form.link, platform, now=self._now())
        verified = verify({"platform": platform, **form.credentials()}, client=self._http(), now=self._now)
        with self._db.transaction():
            link = links.use(form.link, platform, now=self._now())
            made = store(connections, link.maker, verified, seal=self._seal, now=self._now)
            connection = connections.find(made.id, link.owner_id)
        connected = [] if connection is None else [connection]
        return CompletedAuthorization(platform, link.owner_id, connected, made.added, link.return_to)
