"""The bucket of the media library: nobody but our functions gets at it, and nothing stays there for nothing."""

from typing import Any

import pytest

from minutehand.media.storage import UNFINISHED


@pytest.fixture
def bucket(resources: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resources["MediaBucket"]
    return found


def test_it_is_private_and_belongs_to_its_owner_alone(bucket: dict[str, Any]) -> None:
    properties = bucket["Properties"]

    assert properties["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    [encryption] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_it_outlives_the_stack_and_its_name_is_free(bucket: dict[str, Any]) -> None:
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    assert "BucketName" not in bucket["Properties"]


def test_nothing_travels_unencrypted_but_to_the_emulator(resources: dict[str, Any], read: dict[str, Any]) -> None:
    policy = resources["MediaBucketPolicy"]["Properties"]

    assert resources["MediaBucketPolicy"]["Condition"] == "OnAws"
    assert read["Conditions"]["OnAws"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Stage"}, "local"]}]}

    [statement] = policy["PolicyDocument"]["Statement"]
    assert policy["Bucket"] == {"Ref": "MediaBucket"}
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [{"Fn::GetAtt": ["MediaBucket", "Arn"]}, {"Fn::Sub": "${MediaBucket.Arn}/*"}]


def test_what_is_never_finished_and_what_was_deleted_goes(bucket: dict[str, Any]) -> None:
    rules = {rule["Id"]: rule for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]}

    assert {rule["Status"] for rule in rules.values()} == {"Enabled"}
    parts = rules["parts-of-uploads-never-completed"]
    assert parts["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    unfinished = rules["files-never-finished"]
    assert unfinished["ExpirationInDays"] == 1
    assert rules["deleted-files"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}


def test_the_tag_that_goes_is_the_one_that_uploads_have(bucket: dict[str, Any]) -> None:
    rules = {rule["Id"]: rule for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]}

    [tag] = rules["files-never-finished"]["TagFilters"]
    assert f"{tag['Key']}={tag['Value']}" == UNFINISHED


def test_browsers_may_send_what_uploads_need_from_the_pages_that_were_named(bucket: dict[str, Any]) -> None:
    condition, rules, otherwise = bucket["Properties"]["CorsConfiguration"]["Fn::If"]

    assert (condition, otherwise) == ("UploadsFromBrowsers", {"Ref": "AWS::NoValue"})
    [rule] = rules["CorsRules"]
    assert rule["AllowedOrigins"] == {"Ref": "MediaUploadOrigins"}
    assert rule["AllowedMethods"] == ["PUT"]
    assert {"content-type", "if-none-match", "x-amz-tagging"} <= set(rule["AllowedHeaders"])
