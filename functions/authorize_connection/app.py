"""Begins the authorization of an account."""

from minutehand.oauth.authorization import begin_authorization
from minutehand.oauth.config import AuthorizeConfig
from minutehand.oauth.forms import AuthorizationRequest
from minutehand.oauth.pending_authorizations import PendingAuthorizations
from minutehand.oauth.redirect_uris import callback_url, choose_redirect_uri
from minutehand.oauth.resources import open_clients
from minutehand.runtime.api_function import ApiFunction, Fields
from minutehand.runtime.request import Request
from minutehand.runtime.timestamps import format_timestamp

handler = function = ApiFunction("/api/social/connections/authorize", AuthorizeConfig)


@function.on("POST")
def authorize(request: Request) -> Fields:
    """Return the URL of the consent page and the time at which the authorization expires."""
    writer, form, config = request.writer(), request.form(AuthorizationRequest), function.config
    page = begin_authorization(
        PendingAuthorizations(function.db),
        function.resource(open_clients),
        writer,
        form.platform,
        choose_redirect_uri(form.redirect_uri, config, callback_url(config, request.gateway)),
        make_default=form.make_default,
        now=function.now(),
    )
    return {"url": page.url, "expiresAt": format_timestamp(page.expires_at)}
