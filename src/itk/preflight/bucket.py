"""Is the bucket there, and can its notification name the run?"""

from __future__ import annotations

from pathlib import Path

from itk.aws import s3
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.case import S3Object
from itk.model.run import Finding
from itk.preflight.account import same_place
from itk.preflight.found import Found, Target, bad
from itk.reading.idtext import run_ids


def check_bucket(aws: Aws, stimulus: S3Object, account: str) -> Found:
    """The bucket belongs to the caller's account and region, and the file that is to be stored is there."""
    name = stimulus.bucket
    if stimulus.file and not Path(stimulus.file).is_file():
        return bad("bucket", f"there is no file {stimulus.file}", "the path starts at the directory of the case file")
    region = s3.bucket_region(aws, name, account)
    if elsewhere := same_place(f"bucket {name}", "", region, account, aws.region):
        return bad("bucket", elsewhere)
    finding = Finding(check="bucket", ok=True, what=f"{name}, {_names_the_run(aws, stimulus)}")
    return (finding,), Target(name=name, id=f"arn:aws:s3:::{name}")


def _names_the_run(aws: Aws, stimulus: S3Object) -> str:
    if run_ids(stimulus.key):
        return "the key names the run"
    try:
        if s3.is_versioned(aws, stimulus.bucket):
            return "the key does not name the run, but each object has a version"
    except AwsError as error:
        return f"the key does not name the run; whether objects have versions cannot be read: {error.what}"
    return "neither the key nor a version names the run: only a consumer that logs the whole event can be followed"
