"""The parts of the OpenAPI document that do not depend on an operation."""

from minutehand.runtime.request import MAX_KEY_CHARACTERS

DESCRIPTION = """\
Send an access token or an API token with every call that requires authentication. On the local stack, the headers
`x-user-id`, `x-owner-id` and `x-user-roles` can replace the token.

The field names of requests and responses are in camelCase. Unknown fields of a request are refused. Later releases may
add fields to responses, so ignore the fields that you do not know. Times in responses are in UTC, with milliseconds and
the suffix `Z`, except in `scheduledAtLocal`.

All JSON errors have these fields: `error` is a sentence for people, `code` is a stable code, which programs can
compare, and `details` lists the problems. Report the `requestId` to the operator if an error persists.

Send an `Idempotency-Key` with every request that you would repeat after a timeout. To read a whole list, pass the
`nextCursor` of each page as `cursor`, until `nextCursor` is null. For events, continue until `hasMore` is false.
"""
SERVERS = [{"url": "../..", "description": "The API that serves this document, at <stage>/api/social/openapi.json."}]
TAGS = (
    "posts",
    "platforms",
    "connections",
    "media",
    "settings",
    "events",
    "me",
    "usage",
    "tokens",
    "feeds",
    "queue",
    "scheduler",
)
"""The first segments of the paths, by which the calls are grouped, in the order of docs/api.md."""
SECURITY_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token of a person, from the OpenID Connect issuer, or an API token.",
    },
    "user": {
        "type": "apiKey",
        "in": "header",
        "name": "x-user-id",
        "description": "The id of the caller. Only the local stack accepts this header, which it does not verify.",
    },
    "owner": {
        "type": "apiKey",
        "in": "header",
        "name": "x-owner-id",
        "description": "The owner for whom the call is made. An API token with the scope act_as may name any owner "
        "below its own. On the local stack, a person may name any owner.",
    },
    "roles": {
        "type": "apiKey",
        "in": "header",
        "name": "x-user-roles",
        "description": "The roles of the caller, separated by commas. Only the local stack accepts this header.",
    },
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A key of your choice. For 24 hours, a request with the same key and body returns the stored "
    "response to the first successful request.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_CHARACTERS, "pattern": "^[ -~]*[!-~][ -~]*$"},
}
HEADERS = {
    "RequestId": {"description": "The id of the request, which is also in the log.", "schema": {"type": "string"}},
    "RateLimit": {
        "description": "The name of the limit, the number `r` of writing calls that are still allowed in this minute, "
        "and the number `t` of seconds until the minute ends.",
        "schema": {"type": "string"},
    },
    "RateLimitPolicy": {
        "description": "The name of the limit, the number `q` of writing calls that are allowed in a window, and the "
        "length `w` of the window in seconds.",
        "schema": {"type": "string"},
    },
    "RetryAfter": {
        "description": "The number of seconds after which the request may succeed.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "IdempotentReplayed": {
        "description": "`true` if this is the stored response to an earlier request.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}
