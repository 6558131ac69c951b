"""Connects an account for a person without a login who follows a connect link."""

from minutehand.connections.resources import open_seal
from minutehand.oauth import link_pages, pages
from minutehand.oauth.browser_binding import BrowserCookie, browser_digest, form_token, is_own_form, secret_for
from minutehand.oauth.configs.follow import FollowConfig
from minutehand.oauth.connect_links import ConnectLinks
from minutehand.oauth.following import begin_from_link, connect_from_link
from minutehand.oauth.forms.link_page import LinkForm
from minutehand.oauth.pending_authorizations import other_browser
from minutehand.oauth.redirect_uris import LINK_PATH, callback_url
from minutehand.oauth.resources import open_clients
from minutehand.platforms.connectors import CONNECTORS
from minutehand.platforms.resources import open_http_client
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.page import PRIVATE_HEADERS
from minutehand.runtime.permissions import ANYONE
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response, redirect

handler = function = ApiFunction(LINK_PATH, FollowConfig, page=pages.failed, headers=PRIVATE_HEADERS)


@function.on("GET", ANYONE)
def show_link(request: Request) -> Response:
    """Show the page that reads the secret of the link from its own address. Store nothing."""
    request.query()  # ignored, because messengers add parameters to the links that people send
    return link_pages.entry().response(200)


@function.on("POST", ANYONE)
def follow_link(request: Request) -> Response:
    """Show the purpose of the link and a form. If the form is submitted, use up the link.

    The account is then connected, or the browser is redirected to the platform's consent page.
    """
    request.require_opened()  # the link can be used only once
    form, own, config = request.html_form(LinkForm), callback_url(function.config, request.gateway), function.config
    cookie = BrowserCookie.of(form.link, own)
    found = request.cookie(cookie.name)
    if form.token is None or form.platform is None:
        link, secret = ConnectLinks(function.db).find(form.link, now=function.now()), secret_for(found)
        page = link_pages.choice(link, form.link, form_token(secret)).response(200)
        return page._replace(headers=dict(page.headers) | {"set-cookie": cookie.header(secret)})
    if found is None or not is_own_form(found, form.token):
        raise other_browser()
    db, now = function.db, function.now
    if form.platform in CONNECTORS:
        http, seal = function.resource(open_http_client), function.resource(open_seal)
        done = connect_from_link(
            db, form, form.platform, client=http, seal=seal, now=now, max_connections=config.max_connections
        )
        return pages.connected(done).response(200) if done.return_to is None else redirect(done.return_to)
    clients, digest, limit = function.resource(open_clients), browser_digest(found), config.max_pending_authorizations
    consent = begin_from_link(
        db, clients, form.link, form.platform, digest, callback_url=own, now=now, max_pending=limit
    )
    return redirect(consent.url, {"set-cookie": BrowserCookie.of(consent.state, own).header(found)})
