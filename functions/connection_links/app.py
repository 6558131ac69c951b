"""Creates, lists and revokes connect links."""

from minutehand.oauth import link_management
from minutehand.oauth.configs.links import LinksConfig
from minutehand.oauth.forms.links import LinkReference, NewLink
from minutehand.oauth.link_management import CreatedLink, LinkPage
from minutehand.oauth.redirect_uris import choose_return_page, link_url
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.page_query import PageQuery
from minutehand.runtime.permissions import READ, WRITE, WRITE_LIVE
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response, success
from minutehand.runtime.response_types import Confirmation

handler = function = ApiFunction("/api/social/connections/links", LinksConfig)


@function.on("GET", READ)
def list_links(request: Request) -> LinkPage:
    """Return a page of the owner's connect links, without their URLs."""
    return link_management.list_links(function.db, request.reader(), request.form(PageQuery))


@function.on("POST", WRITE_LIVE, status=201, idempotent="connections.links.create")
def create_link(request: Request) -> Response[CreatedLink]:
    """Create a connect link, and return its URL. A repeated request with the same Idempotency-Key returns no URL."""
    writer, new = request.writer(), request.form(NewLink)
    page = choose_return_page(new.redirect_uri, function.config)
    link, secret = link_management.create(function.db, writer, new, return_to=page, now=function.now())
    url = link_url(function.config, request.gateway, secret)
    created = CreatedLink(link=link, url=url)
    return success(created, 201).stored_as(success({**created, "url": None}, 201))


@function.on("DELETE", WRITE)
def revoke_link(request: Request) -> Confirmation:
    """Revoke the connect link, and return a confirmation."""
    return link_management.revoke(function.db, request.writer(), request.form(LinkReference))
