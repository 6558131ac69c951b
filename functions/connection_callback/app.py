"""Handles the redirect from a platform's consent page, and connects the granted accounts."""

from typing import TYPE_CHECKING

from minutehand.oauth import pages
from minutehand.oauth.browser_binding import BrowserCookie, browser_digest
from minutehand.oauth.configs.callback import CallbackConfig
from minutehand.oauth.forms.callback import BrowserCallback, PageCallback
from minutehand.oauth.redirect_uris import CALLBACK_PATH, callback_url
from minutehand.oauth.rendering.accounts import ConnectedAccounts, connected_accounts
from minutehand.oauth.resources import open_callback
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.page import PRIVATE_HEADERS
from minutehand.runtime.permissions import ANYONE, WRITE_LIVE
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response, redirect, success

if TYPE_CHECKING:
    from minutehand.oauth.callback import CompletedAuthorization

handler = function = ApiFunction(CALLBACK_PATH, CallbackConfig, page=pages.failed, headers=PRIVATE_HEADERS)


@function.on("GET", ANYONE)
def receive_callback(request: Request) -> Response[ConnectedAccounts]:
    """Respond to a browser that the platform has redirected. The OAuth state determines the owner."""
    request.require_opened()  # the state and the code can be used only once
    form, own = request.form(BrowserCallback, confidential=True), callback_url(function.config, request.gateway)
    secret = request.cookie(BrowserCookie.of(form.state, own).name)
    digest = None if secret is None else browser_digest(secret)
    done = function.resource(open_callback).from_browser(form, own, digest)
    if request.wants_json:
        return _json(done)
    return pages.connected(done).response(200) if done.return_to is None else redirect(done.return_to)


@function.on("POST", WRITE_LIVE)
def complete_authorization(request: Request) -> Response[ConnectedAccounts]:
    """Respond to a client's page that received the code and forwards it on behalf of the user."""
    writer, form = request.writer(), request.form(PageCallback, confidential=True)
    return _json(
        function.resource(open_callback).from_page(form, callback_url(function.config, request.gateway), writer)
    )


def _json(done: "CompletedAuthorization") -> Response[ConnectedAccounts]:
    return success(connected_accounts(done, function.now()), 201 if done.added else 200)
