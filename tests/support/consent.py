"""A person with a browser, who confirms an authorization on our page and allows it on the platform's page."""

import re

import httpx

TOKEN = re.compile(r'name="token" value="([^"]+)"')


def form_token(page: str) -> str:
    """Return the token in the form of our page."""
    [token] = TOKEN.findall(page)
    return str(token)


def authorize(url: str, account: str, *, accept: str = "text/html") -> httpx.Response:
    """Confirm the authorization at ``url``, allow it for ``account``, and return the response of our callback."""
    with httpx.Client(timeout=60) as browser:
        asked = browser.get(url).raise_for_status()
        confirmed = browser.post(url, data={"token": form_token(asked.text)})
        assert confirmed.status_code == 303, confirmed.text
        consent_page = confirmed.headers["location"]
        browser.get(consent_page).raise_for_status()
        allowed = browser.post(consent_page, data={"decision": "allow", "account": account})
        assert allowed.status_code == 302, allowed.text
        return browser.get(allowed.headers["location"], headers={"accept": accept})
