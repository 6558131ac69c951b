"""The simulator on loopback, in a thread of the test process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from local.simulator.app import server
from local.simulator.state import State

START_SECONDS = 10


class Simulator:
    """A running simulator and a client of it."""

    def __init__(self, url: str, state: State) -> None:
        self.url = url
        self.state = state
        self.client = httpx.Client(base_url=url, timeout=10, trust_env=False)

    @property
    def bluesky(self) -> str:
        return f"{self.url}/bluesky"

    @property
    def mastodon(self) -> str:
        return f"{self.url}/mastodon"

    @property
    def sandbox(self) -> str:
        return f"{self.url}/sandbox/posts"

    @property
    def image(self) -> str:
        return f"{self.url}/media/sample.png"

    def posts(self, platform: str | None = None) -> list[dict[str, Any]]:
        """Return the published posts, oldest first."""
        query = {"platform": platform} if platform else {}
        posts = self.client.get("/api/timeline", params=query).raise_for_status().json()["posts"]
        return cast("list[dict[str, Any]]", list(reversed(posts)))

    def fault(self, platform: str, step: str, kind: str, **options: Any) -> None:
        body = {"platform": platform, "step": step, "kind": kind, **options}
        response = self.client.post("/faults", json=body)
        assert response.status_code == 201, response.text

    def steps(self, platform: str) -> list[str]:
        """Return the steps in which faults can be injected."""
        return cast("list[str]", self.client.get("/faults").json()["steps"][platform])

    def faults_left(self) -> list[dict[str, Any]]:
        return cast("list[dict[str, Any]]", self.client.get("/faults").json()["faults"])

    def allow(self, authorize_url: str, account: str = "demo") -> httpx.URL:
        """Choose Allow on a consent page; return the URL of the redirect."""
        return self._decide(authorize_url, decision="allow", account=account)

    def deny(self, authorize_url: str) -> httpx.URL:
        """Choose Deny on a consent page; return the URL of the redirect."""
        return self._decide(authorize_url, decision="deny")

    def _decide(self, authorize_url: str, **form: str) -> httpx.URL:
        page = self.client.get(authorize_url)
        assert page.status_code == 200, page.text
        response = self.client.post(authorize_url, data=form)
        assert response.status_code == 302, response.text
        return httpx.URL(response.headers["Location"])

    def tokens(self) -> dict[str, list[dict[str, Any]]]:
        """Return all issued tokens: ``accessTokens`` and ``refreshTokens``, with their states and uses."""
        return cast("dict[str, list[dict[str, Any]]]", self.client.get("/oauth/tokens").json())

    def expire_tokens(
        self, platform: str, account: str = "demo", *, seconds: float = 0, refresh_tokens: bool = False
    ) -> int:
        """Age an account's tokens until ``seconds`` are left; return the number of tokens."""
        body = {"platform": platform, "account": account, "seconds": seconds, "refreshTokens": refresh_tokens}
        return int(self.client.post("/oauth/expire", json=body).raise_for_status().json()["expired"])

    def revoke_tokens(self, platform: str, account: str = "demo") -> int:
        """Revoke an account's tokens, as its owner can on the platform; return the number of tokens."""
        body = {"platform": platform, "account": account}
        return int(self.client.post("/oauth/revoke", json=body).raise_for_status().json()["revoked"])

    def reset(self) -> None:
        self.client.delete("/faults")
        self.client.delete("/api/timeline")


class Clock:
    """The simulator's clock: the system clock, set forward by ``ahead``."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@contextmanager
def running(file: Path | None = None) -> Iterator[Simulator]:
    """Run a simulator on a free port."""
    state = State(file, now=Clock())
    uvicorn = server(state, host="127.0.0.1", port=0)
    thread = threading.Thread(target=uvicorn.run, name="simulator", daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not uvicorn.started:
        assert time.monotonic() < deadline, "The simulator did not start."
        assert thread.is_alive(), "The simulator stopped immediately."
        time.sleep(0.01)
    port = uvicorn.servers[0].sockets[0].getsockname()[1]
    simulator = Simulator(f"http://127.0.0.1:{port}", state)
    try:
        with pytest.MonkeyPatch.context() as environ:
            environ.setenv("BLUESKY_VIDEO_SERVICE", simulator.bluesky)
            environ.setenv("BLUESKY_APP_VIEW", simulator.bluesky)
            yield simulator
    finally:
        simulator.client.close()
        uvicorn.should_exit = True
        thread.join(timeout=10)
