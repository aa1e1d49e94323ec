"""An object for a bucket. What its notification says of the run is its key; metadata and tags say it to readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from itk.aws import s3
from itk.aws.session import Aws
from itk.entrypoints.sending import Reply, answered, begun
from itk.errors import AwsError
from itk.model.case import S3Object
from itk.model.run import Receipt, TargetType
from itk.ports import Cleared


class S3ObjectEntrypoint:
    """`x-amz-meta-itk-trace-id` and the tag `ITK_TRACE_ID` hold the run id; the object stays where it is."""

    operation = "PutObject"
    target_type: TargetType = "bucket"

    def __init__(self, stimulus: S3Object, aws: Aws, trace_id_attribute: str, now_ns: Callable[[], int]) -> None:
        self._stimulus, self._aws, self._attribute, self._now_ns = stimulus, aws, trace_id_attribute, now_ns

    def send(self, cleared: Cleared, run_id: str) -> Receipt:
        stimulus = self._stimulus
        metadata = {**stimulus.metadata, metadata_name(self._attribute): run_id}
        tags = {**stimulus.tags, self._attribute: run_id}
        content: dict[str, Any] = {"File": Path(stimulus.file).name} if stimulus.file else {"Body": stimulus.body}
        request = {"Bucket": stimulus.bucket, "Key": stimulus.key, **content, "Metadata": metadata, "Tagging": tags}
        receipt = begun("s3_object", self.operation, self.target_type, cleared, run_id, self._now_ns(), request)
        return answered(receipt, lambda: self._put(metadata, tags), self._now_ns)

    def _put(self, metadata: dict[str, str], tags: dict[str, str]) -> Reply:
        stimulus = self._stimulus
        stored = s3.put(
            self._aws,
            stimulus.bucket,
            stimulus.key,
            self._content(),
            content_type=stimulus.content_type,
            metadata=metadata,
            tags=tags,
            overwrite=stimulus.overwrite,
        )
        version = {"VersionId": stored.version_id} if stored.version_id else {}
        return Reply(
            # S3 gives its own request id: the notification repeats it under `responseElements`.
            ids=(("s3_version_id", stored.version_id), ("aws_request_id", stored.meta.request_id)),
            response={"ETag": stored.etag, **version},
            retries=stored.meta.retries,
        )

    def _content(self) -> bytes:
        if not self._stimulus.file:
            return self._stimulus.body.encode()
        try:
            return Path(self._stimulus.file).read_bytes()
        except OSError as error:
            raise AwsError(f"cannot read {self._stimulus.file}: {error.strerror}") from error


def metadata_name(attribute: str) -> str:
    """Metadata travels as a header: `ITK_TRACE_ID` as `itk-trace-id`."""
    return attribute.lower().replace("_", "-").replace(".", "-")
