"""A response of another shape spoils only itself when an account is connected or a token is refreshed.

See `tests.support.response_shapes`.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from minutehand.platforms.catalog import AUTHORIZABLE, CONNECTORS, REGISTERING
from minutehand.platforms.connectors import connector_for
from minutehand.platforms.network import GuardedBackend, GuardedTransport
from minutehand.platforms.oauth2.registration import registration_for
from minutehand.platforms.port import PublishError
from tests.integration.platforms.oauth import REDIRECT
from tests.integration.platforms.test_oauth import REFRESHABLE, Login, make_refreshable
from tests.support.credentials import credentials_for
from tests.support.response_shapes import Recorder, Replay, Response, changed_responses, spoiled_lists
from tests.support.simulator import Simulator

type Call = Callable[[httpx.Client], Any]


@dataclass(frozen=True)
class Recording:
    """The responses to one call of an OAuth provider or a connector, and its result."""

    call: Call
    result: Any
    responses: list[Response]


def record(call: Call) -> Recording:
    recorder = Recorder(GuardedTransport(GuardedBackend(private_networks=True), private_networks=True))
    with closing(recorder):
        result = call(httpx.Client(transport=recorder))
    return Recording(call, result, recorder.responses)


def replayed(recording: Recording, replay: Replay) -> Any:
    """Return the result of the call with other responses, or its error."""
    try:
        return recording.call(httpx.Client(transport=replay))
    except Exception as error:
        return error


def redemption(platform: str, simulator: Simulator) -> Recording:
    with closing(httpx.Client()) as http:
        login = Login(simulator, http, platform)
        code = login.consent().params["code"]
    return record(lambda http: replace(login, http=http).redeem(code))


def refresh(platform: str, simulator: Simulator) -> Recording:
    account = "partner" if platform == "linkedin" else "demo"
    with closing(httpx.Client()) as http:
        login = Login(simulator, http, platform)
        granted = login.connect(account)[0]
    make_refreshable(login, account)
    return record(lambda http: Login(simulator, http, platform).refresh(granted.grant.token))


def registration(platform: str, simulator: Simulator) -> Recording:
    server = f"{simulator.url}/{platform}"
    return record(
        lambda http: registration_for(platform).register(http, server, redirect_uri=REDIRECT, now=simulator.state.now)
    )


def verification(platform: str, simulator: Simulator) -> Recording:
    connector = connector_for(platform)
    form = connector.form.model_validate(credentials_for(platform, f"{simulator.url}/{platform}"))
    return record(lambda http: connector.verify(http, form, simulator.state.now))


CALLS = [
    *[pytest.param(redemption, platform, id=f"{platform}-redeem") for platform in AUTHORIZABLE],
    *[pytest.param(refresh, platform, id=f"{platform}-refresh") for platform in REFRESHABLE],
    *[pytest.param(registration, platform, id=f"{platform}-register") for platform in REGISTERING],
    *[pytest.param(verification, platform, id=f"{platform}-verify") for platform in CONNECTORS],
]


@pytest.mark.sweep
@pytest.mark.parametrize(("recorded", "platform"), CALLS)
def test_response_of_another_shape_is_an_error_of_the_call(
    simulator: Simulator, recorded: Callable[[str, Simulator], Recording], platform: str
) -> None:
    recording = recorded(platform, simulator)
    allowed = (type(recording.result), PublishError)
    wrong = [
        f"{change}: {outcome!r}"
        for change in changed_responses(recording.responses)
        if not isinstance(outcome := replayed(recording, Replay(recording.responses, change)), allowed) or outcome == []
    ]
    assert wrong == []


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_entry_of_another_shape_does_not_hide_the_accounts(simulator: Simulator, platform: str) -> None:
    recording = redemption(platform, simulator)
    expected = {account.account_id for account in recording.result}
    wrong = []
    for change in spoiled_lists(recording.responses):
        outcome = replayed(recording, Replay(recording.responses, change))
        if isinstance(outcome, Exception) or not expected <= {account.account_id for account in outcome}:
            wrong.append(f"{change}: {outcome!r}")
    assert wrong == []
