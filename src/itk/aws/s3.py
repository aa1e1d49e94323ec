"""S3: buckets, and storing one object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from botocore.exceptions import ClientError

from itk.aws.errors import code_of, translated
from itk.aws.replies import Meta, meta_of
from itk.aws.session import Aws
from itk.errors import AwsError


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What PutObject said. Without versioning there is no version."""

    etag: str
    version_id: str
    meta: Meta


def bucket_region(aws: Aws, name: str, account: str) -> str:
    """Where a bucket of `account` is. IAM: `s3:ListBucket`. Raises NotFound, AwsError (also if another's it is)."""
    with translated("s3:ListBucket", name):
        try:
            found = aws.client("s3").head_bucket(Bucket=name, ExpectedBucketOwner=account)
        except ClientError as error:
            if code_of(error) == "403":  # HeadBucket has no body to say which
                what = f"bucket {name} is not in account {account}, or this role may not see it"
                fix = "check the case's target; else allow `s3:ListBucket` in the policy of the role that runs ITK"
                raise AwsError(what, fix=fix) from error
            raise
    return str(found.get("BucketRegion") or found["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region", ""))


def is_versioned(aws: Aws, name: str) -> bool:
    """Whether objects get a version. IAM: `s3:GetBucketVersioning`."""
    with translated("s3:GetBucketVersioning", name):
        return str(aws.client("s3").get_bucket_versioning(Bucket=name).get("Status", "")) == "Enabled"


def put(
    aws: Aws,
    bucket: str,
    key: str,
    content: bytes,
    *,
    content_type: str,
    metadata: Mapping[str, str],
    tags: Mapping[str, str],
    overwrite: bool,
) -> Stored:
    """Store one object. IAM: `s3:PutObject`, `s3:PutObjectTagging`. Raises AwsError where it is there already."""
    request: dict[str, Any] = {
        "Bucket": bucket,
        "Key": key,
        "Body": content,
        "Metadata": dict(metadata),
        "Tagging": urlencode(tags),
    }
    if content_type:
        request["ContentType"] = content_type
    if not overwrite:
        request["IfNoneMatch"] = "*"
    with translated("s3:PutObject and s3:PutObjectTagging", f"s3://{bucket}/{key}"):
        try:
            answer = aws.client("s3").put_object(**request)
        except ClientError as error:
            if code_of(error) == "PreconditionFailed":
                fix = "put `${run.id}` into the key, or write `overwrite: true`"
                what = "s3:PutObject: this object is there already, and ITK replaces nothing"
                raise AwsError(what, where=f"s3://{bucket}/{key}", fix=fix) from error
            raise
    return Stored(etag=answer.get("ETag", "").strip('"'), version_id=answer.get("VersionId", ""), meta=meta_of(answer))
