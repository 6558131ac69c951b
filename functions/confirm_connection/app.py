"""Asks a person to confirm an authorization, and binds the authorization to the person's browser."""

from minutehand.oauth import pages
from minutehand.oauth.authorization import confirm_authorization
from minutehand.oauth.browser_binding import BrowserCookie, browser_digest, form_token, is_own_form, secret_for
from minutehand.oauth.configs.confirm import ConfirmConfig
from minutehand.oauth.forms.confirmation import Confirmation, ConfirmationForm
from minutehand.oauth.pending_authorizations import PendingAuthorizations, other_browser
from minutehand.oauth.redirect_uris import CONFIRMATION_PATH, callback_url
from minutehand.oauth.resources import open_clients
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.page import PRIVATE_HEADERS
from minutehand.runtime.permissions import ANYONE
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response, redirect

handler = function = ApiFunction(CONFIRMATION_PATH, ConfirmConfig, page=pages.failed, headers=PRIVATE_HEADERS)


@function.on("GET", ANYONE)
def show_confirmation(request: Request) -> Response:
    """Show the platform and the owner, and a button to continue. Store nothing."""
    state, own = request.form(Confirmation, confidential=True).state, callback_url(function.config, request.gateway)
    cookie = BrowserCookie.of(state, own)
    secret = secret_for(request.cookie(cookie.name))
    pending = PendingAuthorizations(function.db).find(
        state, browser_digest(secret), callback_url=own, now=function.now()
    )
    page = pages.confirmation(pending, form_token(secret)).response(200)
    return page._replace(headers=dict(page.headers) | {"set-cookie": cookie.header(secret)})


@function.on("POST", ANYONE)
def continue_to_consent(request: Request) -> Response:
    """Bind the authorization to the browser that submitted the form, and redirect the browser to the consent page."""
    form, own = request.html_form(ConfirmationForm), callback_url(function.config, request.gateway)
    secret = request.cookie(BrowserCookie.of(form.state, own).name)
    if secret is None or not is_own_form(secret, form.token):
        raise other_browser()
    clients = function.resource(open_clients)
    pending, digest = PendingAuthorizations(function.db), browser_digest(secret)
    url = confirm_authorization(pending, clients, form.state, digest, callback_url=own, now=function.now())
    return redirect(url)
