"""Connects an account for a person without a login who follows a connect link."""

from minutehand.oauth import link_pages, pages
from minutehand.oauth.browser_binding import BrowserCookie, browser_digest, form_token, is_own_form, secret_for
from minutehand.oauth.configs.follow import FollowConfig
from minutehand.oauth.connect_links import ConnectLinks
from minutehand.oauth.forms.link_page import LinkForm
from minutehand.oauth.pending_authorizations import other_browser
from minutehand.oauth.redirect_uris import LINK_PATH, callback_url
from minutehand.oauth.resources import open_link_follower
from minutehand.platforms.catalog import AUTHORIZABLE
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
    """Show the purpose of the link and a form. If the form is submitted, connect the account or begin an authorization.

    If the action succeeds, the link is marked as used. An authorization redirects the browser to the platform's consent
    page.
    """
    request.require_opened()  # the link can be used only once
    form, own = request.html_form(LinkForm), callback_url(function.config, request.gateway)
    cookie = BrowserCookie.of(form.link, own)
    found = request.cookie(cookie.name)
    if form.token is None or form.platform is None:
        link, secret = ConnectLinks(function.db).find(form.link, now=function.now()), secret_for(found)
        page = link_pages.choice(link, form.link, form_token(secret)).response(200)
        return page._replace(headers=dict(page.headers) | {"set-cookie": cookie.header(secret)})
    if found is None or not is_own_form(found, form.token):
        raise other_browser()
    follower = function.resource(open_link_follower)
    if form.platform not in AUTHORIZABLE:
        done = follower.connect(form, form.platform)
        return pages.connected(done).response(200) if done.return_to is None else redirect(done.return_to)
    consent = follower.begin(form, form.platform, browser_digest(found), callback_url=own)
    return redirect(consent.url, {"set-cookie": BrowserCookie.of(consent.state, own).header(found)})
