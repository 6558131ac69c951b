import httpx

from minutehand.platforms.choices import Choice
from minutehand.platforms.port import PermissionMissing, Rejected, TokenExpired
from tests.support.expected import Expected, ExpectedChoices, ExpectedConsent, ExpectedMetrics

ROLES = "GET https://api.linkedin.com/rest/organizationAcls"
NAMES = "GET https://api.linkedin.com/rest/organizations"
URN = "urn:li:organization:41"

expected = Expected(
    max_text=3_000,
    counting="characters",
    max_comment=1_250,
    home_url="https://www.linkedin.com/",
    profiles={
        ("urn:li:organization:7", "Tide"): "https://www.linkedin.com/company/7/",
        ("urn:li:person:a1", "Lena"): None,
    },
    metrics=ExpectedMetrics(
        {
            "impressions": ("IMPRESSION", (1.0,)),
            "reach": ("MEMBERS_REACHED", (0.7,)),
            "reactions": ("REACTION", (0.1,)),
            "comments": ("COMMENT", (0.03,)),
            "reposts": ("RESHARE", (0.02,)),
        },
        step="member_analytics",
        calls=5,
        renamed=None,
        needs_scope=True,
        unknown_id="urn:li:share:7",
    ),
    choices=ExpectedChoices(
        responses={
            ROLES: {"elements": [{"organization": URN}, {"organization": "urn:li:organizationBrand:9"}]},
            NAMES: {"results": {"41": {"localizedName": "Engines Ltd"}}},
        },
        read={"pages": [Choice(URN, "Engines Ltd")]},
        failures=[
            (
                {ROLES: httpx.Response(403, json={"status": 403, "message": "No."})},
                PermissionMissing,
                "reconnect_required",
            ),
            (
                {ROLES: httpx.Response(401, json={"code": "EXPIRED_ACCESS_TOKEN", "message": "No."})},
                TokenExpired,
                "token_expired",
            ),
            (
                {ROLES: httpx.Response(401, json={"code": "INVALID_ACCESS_TOKEN", "message": "No."})},
                Rejected,
                "reconnect_required",
            ),
        ],
        simulated={"pages": {"urn:li:organization:266265648": "Ada Ltd"}},
        account="ada",
    ),
    parent_not_found=(
        404,
        {"message": "Response status 404, from domain authorization endpoint.", "status": 404},
    ),
    consent=ExpectedConsent(
        "/oauth/v2/authorization",
        "/oauth/v2/accessToken",
        "openid profile w_member_social",
        "/v2/userinfo",
        ("name",),
        (401, "code", "EXPIRED_ACCESS_TOKEN"),
        rotates=False,
        revoke="/oauth/v2/revoke",
        code_error=(400, "error", "invalid_request"),
    ),
)
