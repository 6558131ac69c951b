"""The access of a hostile web page, or of a program without the access key, to the AWS emulator of the local stack."""

import json
from collections.abc import Iterator, Mapping

import boto3
import httpx
import pytest
from botocore.auth import S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.integration.media.conftest import BUCKET, Bucket

EVIL, PLANNER = "https://evil.example", "http://planner.example:3000"
FUNCTIONS = "/2015-03-31/functions/"
GATEWAY = "/_aws/execute-api/none/local/api/social/posts/list"
RULES = {"CORSRules": [{"AllowedOrigins": [PLANNER], "AllowedMethods": ["PUT"], "AllowedHeaders": ["content-type"]}]}


@pytest.fixture
def http(aws_environ: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=aws_environ["AWS_ENDPOINT_URL"], trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def upload(bucket: Bucket) -> str:
    """Return the presigned address of an upload into a bucket that allows uploads from the planner."""
    bucket.s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration=RULES)
    url: str = bucket.s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": "kiln"})
    return url


def unsigned(key: str) -> str:
    """Return the query of a request that names ``key`` without knowing its secret."""
    return (
        f"X-Amz-Credential={key}/20261128/us-east-1/lambda/aws4_request"
        "&X-Amz-Signature=00&X-Amz-Algorithm=AWS4-HMAC-SHA256"
    )


def cors(response: httpx.Response) -> Mapping[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize(
    "path", [FUNCTIONS, "/", "/_ministack/config", "/_ministack/ready", "/_aws/ses", f"/{BUCKET}/kiln"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_unsigned_call_is_refused(http: httpx.Client, method: str, path: str) -> None:
    response = http.request(method, path)

    assert response.status_code == 403
    assert response.text.startswith("The request is not signed. The API is at /api/social, and its description at ")


def test_unsigned_reset_deletes_nothing(http: httpx.Client, bucket: Bucket) -> None:
    bucket.s3.put_object(Bucket=BUCKET, Key="kiln", Body=b"clay")

    assert http.post("/_ministack/reset").status_code == 403
    assert bucket.keys() == ["kiln"]


@pytest.mark.parametrize("key", ["test", "000000000000", "", "AKIAIOSFODNN7EXAMPLE"])
def test_well_known_key_is_refused(http: httpx.Client, key: str) -> None:
    header = (
        f"AWS4-HMAC-SHA256 Credential={key}/20261128/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=00"
    )

    assert http.get(f"{FUNCTIONS}?{unsigned(key)}").status_code == 403
    assert http.get(FUNCTIONS, headers={"authorization": header}).status_code == 403
    assert http.get(FUNCTIONS, headers={"authorization": f"AWS {key}:00"}).status_code == 403


@pytest.mark.parametrize("service", ["lambda", "sqs", "kms", "sts", "iam", "cloudformation", "dynamodb", "events"])
@pytest.mark.parametrize("key", ["test", "000000000000"])
def test_well_known_key_is_refused_with_its_well_known_secret(
    aws_environ: dict[str, str], service: str, key: str
) -> None:
    calls = {
        "lambda": "list_functions",
        "sqs": "list_queues",
        "kms": "list_keys",
        "sts": "get_caller_identity",
        "iam": "list_roles",
        "cloudformation": "list_stacks",
        "dynamodb": "list_tables",
        "events": "list_rules",
    }
    client = boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=aws_environ["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )

    with pytest.raises(ClientError) as refused:
        getattr(client, calls[service])()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in {400, 403}
    assert "token" in refused.value.response["Error"]["Message"].lower()


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("X-Amz-Signature=00", id="no-algorithm"),
        pytest.param("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00", id="no-credential"),
        pytest.param(unsigned("").replace("/lambda/", "/s3/"), id="empty-key"),
        pytest.param(unsigned("test").replace("/lambda/", "/s3/"), id="test"),
        pytest.param("AWSAccessKeyId=test&Signature=00&Expires=2000000000", id="old-signature"),
        pytest.param("AWSAccessKeyId=&Signature=00&Expires=2000000000", id="old-signature-without-key"),
    ],
)
def test_file_cannot_be_read_without_a_signature(http: httpx.Client, bucket: Bucket, query: str) -> None:
    bucket.s3.put_object(Bucket=BUCKET, Key="kiln", Body=b"clay")

    response = http.get(f"/{BUCKET}/kiln?{query}")

    assert (response.status_code, b"clay" in response.content) == (403, False)


@pytest.mark.parametrize("path", [GATEWAY, "/_aws/execute-api/", "/_ministack/cfn-response/x", "/_ministack/health"])
@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("Action=ListQueues", ""),
        ("Action=AssumeRoleWithWebIdentity&RoleArn=arn:aws:iam::000000000000:role/x&WebIdentityToken=x", ""),
        ("", "AWSCognitoIdentityProviderService.ListUserPools"),
        ("", "DynamoDB_20120810.ListTables"),
    ],
)
def test_public_paths_reach_no_service(http: httpx.Client, path: str, query: str, target: str) -> None:
    content = {"content-type": "application/x-amz-json-1.0", "x-amz-target": target} if target else {}

    response = http.post(path, params=query, content=b"{}" if target else query.encode(), headers=content)

    not_signed, no_such_api = response.status_code == 403, response.json() if response.status_code == 404 else None
    assert not_signed or no_such_api == {"message": "Not Found"}, response.text


def test_access_key_needs_its_secret(http: httpx.Client, aws_environ: dict[str, str]) -> None:
    key = aws_environ["AWS_ACCESS_KEY_ID"]
    for secret, status in (("guessed", 403), (aws_environ["AWS_SECRET_ACCESS_KEY"], 200)):
        request = AWSRequest("GET", f"{aws_environ['AWS_ENDPOINT_URL']}{FUNCTIONS}")
        SigV4Auth(Credentials(key, secret), "lambda", "us-east-1").add_auth(request)
        assert http.get(FUNCTIONS, headers=dict(request.headers)).status_code == status
    assert http.get(f"{FUNCTIONS}?{unsigned(key)}").status_code == 403


@pytest.mark.parametrize("path", [FUNCTIONS, GATEWAY, "/_ministack/health"])
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"origin": EVIL}, id="cross-site"),
        pytest.param({"origin": "null"}, id="hidden-origin"),
        pytest.param({"host": "evil.example:4566"}, id="rebound-name"),
        pytest.param({"host": "none.execute-api.localhost"}, id="name-of-an-api"),
    ],
)
def test_other_sites_are_refused(http: httpx.Client, path: str, headers: dict[str, str]) -> None:
    response = http.post(path, content=b"{}", headers={"content-type": "text/plain", **headers})

    assert response.status_code == 403
    assert response.text.startswith("The header ")
    assert cors(response) == {}


def test_signed_call_of_another_site_is_refused(http: httpx.Client, aws_environ: dict[str, str]) -> None:
    request = AWSRequest("GET", f"{aws_environ['AWS_ENDPOINT_URL']}{FUNCTIONS}")
    key = Credentials(aws_environ["AWS_ACCESS_KEY_ID"], aws_environ["AWS_SECRET_ACCESS_KEY"])
    SigV4Auth(key, "lambda", "us-east-1").add_auth(request)

    assert http.get(FUNCTIONS, headers=dict(request.headers) | {"origin": EVIL}).status_code == 403


def test_gateway_and_health_need_no_signature(http: httpx.Client) -> None:
    assert http.get("/_ministack/health").status_code == 200
    assert http.get(GATEWAY).json() == {"message": "Not Found"}  # the answer of the gateway


def test_preflight_allows_no_call_of_another_site(http: httpx.Client) -> None:
    wanted = {"origin": EVIL, "access-control-request-method": "PUT", "access-control-request-headers": "authorization"}
    for path in (FUNCTIONS, "/", "/_ministack/reset", GATEWAY):
        assert cors(http.options(path, headers=wanted)) == {}, path


def test_response_to_a_tool_allows_no_origin(aws_environ: dict[str, str], http: httpx.Client) -> None:
    request = AWSRequest("GET", f"{aws_environ['AWS_ENDPOINT_URL']}{FUNCTIONS}")
    key = Credentials(aws_environ["AWS_ACCESS_KEY_ID"], aws_environ["AWS_SECRET_ACCESS_KEY"])
    SigV4Auth(key, "lambda", "us-east-1").add_auth(request)
    response = http.get(FUNCTIONS, headers=dict(request.headers))

    assert (response.status_code, cors(response)) == (200, {})


def test_page_uploads_from_an_origin_that_the_bucket_allows(http: httpx.Client, bucket: Bucket, upload: str) -> None:
    wanted = {
        "origin": PLANNER,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "content-type",
    }
    preflight = http.options(upload, headers=wanted)

    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, PLANNER)
    put = http.put(upload, content=b"clay", headers={"origin": PLANNER})
    assert (put.status_code, put.headers["access-control-allow-origin"]) == (200, PLANNER)
    assert bucket.keys() == ["kiln"]


def test_page_of_the_gateway_uploads_without_cors(http: httpx.Client, bucket: Bucket, upload: str) -> None:
    assert http.put(upload, content=b"clay", headers={"origin": str(http.base_url).rstrip("/")}).status_code == 200
    assert bucket.keys() == ["kiln"]


def test_bucket_allows_no_other_origin(http: httpx.Client, upload: str) -> None:
    wanted = {"origin": EVIL, "access-control-request-method": "PUT"}

    assert http.options(upload, headers=wanted).status_code == 403
    assert cors(http.put(upload, content=b"clay", headers={"origin": EVIL})) == {}


def test_upload_of_another_site_needs_a_valid_signature(http: httpx.Client, bucket: Bucket, upload: str) -> None:
    parameters = httpx.URL(upload).params
    forged = httpx.URL(upload, params=parameters.set("X-Amz-Signature", "0" * 64))

    assert http.put(forged, content=b"clay", headers={"origin": PLANNER}).status_code == 403
    assert bucket.keys() == []


def test_address_signed_for_s3_calls_no_other_service(http: httpx.Client, aws_environ: dict[str, str]) -> None:
    request = AWSRequest("GET", f"{aws_environ['AWS_ENDPOINT_URL']}{FUNCTIONS}")
    key = Credentials(aws_environ["AWS_ACCESS_KEY_ID"], aws_environ["AWS_SECRET_ACCESS_KEY"])
    S3SigV4QueryAuth(key, "s3", "us-east-1").add_auth(request)
    response = http.get(str(request.url), headers={"origin": EVIL})

    assert (response.is_success, cors(response)) == (False, {}), json.dumps(response.text)
