"""`s3_object`: an object for a bucket, whose arrival starts the work."""

from __future__ import annotations

import json
import posixpath
import re
from typing import Any, Literal

from pydantic import AliasChoices, Field

from itk.casefile.forms import Form, Line, Word
from itk.casefile.written import Written
from itk.model.case import S3Object
from itk.model.problem import show

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_METADATA = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
TAGS_MAX = 9  # S3 allows 10, and one carries the run's id


class S3Target(Form):
    bucket: Word = Field(default="", description="The bucket's name.")
    key: str = Field(
        default="", max_length=1024, description="Let it hold `${run.id}`: it is what a notification says."
    )
    overwrite: bool = Field(default=False, description="Replace an object that is there; ITK refuses, when not given.")


class S3Payload(Form):
    body: str | None = Field(default=None, description="Text that is stored as it is.")
    json_body: Any = Field(
        default=None, validation_alias=AliasChoices("json"), description="Any value, stored as compact JSON."
    )
    file: Line = Field(default="", description="A file to store; the path starts at this file.")
    content_type: Word = Field(default="", description="`application/json` for `json`, when not given.")
    metadata: dict[str, str] = Field(default={}, description="ITK adds the run's id.")
    tags: dict[str, str] = Field(default={}, description="At most 9: ITK adds the run's id.")


class S3Entrypoint(Form):
    type: Literal["s3_object"]
    target: S3Target = Field(default_factory=S3Target)
    payload: S3Payload = Field(description="The object: a text, or keys and values.")


def read(form: S3Entrypoint, at: Written) -> S3Object:
    """The stimulus; what is wrong with it is told."""
    target, payload = form.target, form.payload
    bucket, key = at.needed("bucket", target.bucket), at.needed("key", target.key)
    at.matches("bucket", bucket, _BUCKET, "the name of a bucket", "write the name alone, without `s3://` or ARN")
    _check_key(key, at)
    _check_names(payload, at)
    is_json = at.mapping("payload").get("json") is not None
    return S3Object(
        bucket=bucket,
        key=key,
        body=_body(payload, at),
        file=posixpath.normpath(posixpath.join(posixpath.dirname(at.findings.path), payload.file))
        if payload.file
        else "",
        content_type=payload.content_type or ("application/json" if is_json else ""),
        metadata=payload.metadata,
        tags=payload.tags,
        overwrite=target.overwrite,
    )


def _check_key(key: str, at: Written) -> None:
    node = at.mapping("target").get("key")
    if not key or node is None:
        return
    if key.startswith("/"):
        at.findings.warning(node, "this key starts with `/`: S3 takes that as part of the name", "remove it")
    if "${run.id}" not in node.text:
        fix = "a notification carries the key but no metadata: write for example `incoming/${run.id}.json`"
        at.findings.warning(node, "this key does not hold `${run.id}`, so it cannot name the run", fix)


def _body(payload: S3Payload, at: Written) -> str:
    where = at.mapping("payload")
    given = [name for name in ("body", "json", "file") if where.get(name) is not None]
    if len(given) > 1:
        what = f"`{given[0]}` and `{given[1]}` are both given"
        at.findings.error(at.at("payload", given[1]), what, "keep one of them")
    elif not given and payload.body is None:
        at.findings.error(at.at("payload"), "the object has no content", "add `body`, `json` or `file` to `payload`")
    if "json" in given:
        return json.dumps(payload.json_body, ensure_ascii=False, separators=(",", ":"))
    return payload.body or ""


def _check_names(payload: S3Payload, at: Written) -> None:
    metadata = at.mapping("payload", "metadata")
    for name, value in payload.metadata.items():
        if not _METADATA.fullmatch(name) or not value.isascii() or not value.isprintable():
            what = f"`{show(name)}`: metadata travels as a header, which cannot hold this"
            at.findings.error(
                metadata.key(name) or metadata, what, "use letters, digits and `-`, and one line of ASCII"
            )
    if len(payload.tags) > TAGS_MAX:
        what = f"{len(payload.tags)} tags: S3 allows 10, and ITK adds one of its own"
        at.findings.error(at.at("payload", "tags"), what, "move some into `metadata`")
