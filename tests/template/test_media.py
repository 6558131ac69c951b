"""The bucket of the media library: only the functions have access, and unused objects expire."""

from typing import Any

import pytest

from minutehand.media.storage import DELETED_TAG, PENDING_TAG


@pytest.fixture
def bucket(resources: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resources["MediaBucket"]
    return found


def test_bucket_is_private(bucket: dict[str, Any]) -> None:
    properties = bucket["Properties"]

    assert properties["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    [encryption] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_bucket_is_retained_and_has_a_generated_name(bucket: dict[str, Any]) -> None:
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    assert "BucketName" not in bucket["Properties"]


def test_bucket_refuses_unencrypted_transport_except_from_the_emulator(
    resources: dict[str, Any], read: dict[str, Any]
) -> None:
    policy = resources["MediaBucketPolicy"]["Properties"]

    assert resources["MediaBucketPolicy"]["Condition"] == "OnAws"
    assert read["Conditions"]["OnAws"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Stage"}, "local"]}]}

    [statement] = policy["PolicyDocument"]["Statement"]
    assert policy["Bucket"] == {"Ref": "MediaBucket"}
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [{"Fn::GetAtt": ["MediaBucket", "Arn"]}, {"Fn::Sub": "${MediaBucket.Arn}/*"}]


def test_unfinished_uploads_and_deleted_objects_expire(bucket: dict[str, Any]) -> None:
    rules = {rule["Id"]: rule for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]}

    assert {rule["Status"] for rule in rules.values()} == {"Enabled"}
    incomplete = rules["incomplete-uploads"]
    assert incomplete["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    unfinished = rules["files-never-finished"]
    assert unfinished["ExpirationInDays"] == 1
    assert rules["deleted-files"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}


def test_lifecycle_rule_matches_the_tag_of_uploads(bucket: dict[str, Any]) -> None:
    rules = {rule["Id"]: rule for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]}

    for rule, expected in (("files-never-finished", PENDING_TAG), ("blocked-keys", DELETED_TAG)):
        [tag] = rules[rule]["TagFilters"]
        assert (f"{tag['Key']}={tag['Value']}", rules[rule]["ExpirationInDays"]) == (expected, 1)


def test_deleted_files_cannot_be_fetched(functions: dict[str, Any]) -> None:
    key, _, value = DELETED_TAG.partition("=")
    conditions = [
        statement.get("Condition")
        for function in functions.values()
        for policy in function.get("Policies", [])
        for statement in policy.get("Statement", [])
        if "s3:GetObject" in statement["Action"]
    ]

    assert conditions == [{"StringNotEquals": {f"s3:ExistingObjectTag/{key}": value}}] * 2


def test_cors_allows_uploads_from_every_origin(bucket: dict[str, Any]) -> None:
    [rule] = bucket["Properties"]["CorsConfiguration"]["CorsRules"]

    assert rule["AllowedOrigins"] == ["*"]
    assert rule["ExposedHeaders"] == ["ETag"]
    assert rule["AllowedMethods"] == ["PUT"]
    assert {"content-type", "if-none-match", "x-amz-tagging"} <= set(rule["AllowedHeaders"])
