"""Begins an OAuth authorization, with which a person connects an account."""

from functools import partial

from minutehand.oauth.authorization import begin_authorization
from minutehand.oauth.configs.authorize import AuthorizeConfig
from minutehand.oauth.forms.authorize import AuthorizationRequest
from minutehand.oauth.pending_authorizations import PendingAuthorizations
from minutehand.oauth.redirect_uris import callback_url, choose_redirect_uri, confirmation_url
from minutehand.oauth.rendering.consent_page import ConsentPage, consent_page
from minutehand.oauth.resources import open_clients, open_registrar
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import WRITE_LIVE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/connections/authorize", AuthorizeConfig)


@function.on("POST", WRITE_LIVE)
def authorize_connection(request: Request) -> ConsentPage:
    """Return the URL to which to send the person's browser, and the time at which the authorization expires."""
    writer, form, config = request.writer(), request.form(AuthorizationRequest), function.config
    own = callback_url(config, request.gateway)
    redirect_uri = choose_redirect_uri(form.redirect_uri, config, own)
    pending, client = PendingAuthorizations(function.db, config.max_pending_authorizations), None
    if form.instance is not None:
        pending.require_room(writer.owner_id, now=function.now())
        client = function.resource(open_registrar).client(form.platform, form.instance, redirect_uri, writer.owner_id)
    begun = begin_authorization(
        pending,
        function.resource(open_clients),
        writer,
        form.platform,
        redirect_uri,
        confirmation_url=partial(confirmation_url, config, request.gateway) if redirect_uri == own else None,
        make_default=form.make_default,
        now=function.now(),
        client=client,
    )
    return consent_page(begun)
