"""The call that describes the platforms."""

from minutehand.platforms.catalog import PLATFORMS
from tests.support.api import Api


def test_platforms_are_described_to_every_reader(api: Api) -> None:
    reply = api.call("platforms", roles="viewer")

    assert reply.status == 200
    assert {
        key: (rules["name"], rules["monogram"], rules["color"], rules["homeUrl"])
        for key, rules in reply.body["platforms"].items()
    } == {
        key: (platform.name, platform.monogram, platform.color, platform.website.home_url)
        for key, platform in PLATFORMS.items()
    }
    assert reply.body["platforms"]["x"]["text"] == [{"unit": "weighted", "limit": 280, "urlLength": 23}]


def test_description_may_be_kept_and_an_error_may_not(api: Api) -> None:
    assert api.call("platforms").headers["cache-control"] == "private, max-age=300"
    assert api.call("platforms", httpMethod="POST").headers["cache-control"] == "no-store"
