"""Keys whose values differ between any two runs, whatever they look like: `Timestamp`, `ETag`, `x-amzn-RequestId`.

Keys are compared without case and separators. A value must look the part: `messageId: "welcome"` is business.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from itk.reading.timetext import unix_ns

_TIMES = frozenset(
    "timestamp time ts date datetime eventtime starttime endtime start end now epoch ttl expires expiry expiration"  # noqa: SIM905
    " expirationtime deadline lastmodified lastmodifieddate senttimestamp approximatefirstreceivetimestamp"
    " ingestiontime requesttimeepoch requesttime createddate timeepoch until since".split()
)
_TIME_ENDS = re.compile(r"(?:[a-z]At|_at|-at|[Tt]imestamp|TIMESTAMP|[a-z]Time|_time|-time|_ts|[a-z]Date|_date)$")
_DURATIONS = frozenset(
    "duration durationms durations elapsed elapsedms elapsedtime took tookms latency latencyms latencyseconds"  # noqa: SIM905
    " billedduration billeddurationms initduration initdurationms totaltimems operationtotaltimems processingms"
    " durationseconds responsetime responsetimems runtimems remainingms remainingtimeinmillis integrationlatency"
    " responselatency executiontime executiontimems".split()
)
_IDS = frozenset(
    "requestid awsrequestid xamznrequestid xamzrequestid xamzid2 xamzcfid xamznremappedxamznrequestid hostid messageid"  # noqa: SIM905
    " eventid invocationid traceid xamzntraceid xraytraceid spanid parentspanid segmentid sequencenumber sequencer"
    " sequencetoken nexttoken tasktoken clienttoken clientrequesttoken clientrequestid idempotencykey"
    " idempotencytoken sessionid executionid executionname extendedrequestid versionid connectionid tooluseid"
    " amzsdkinvocationid functionrequestid lambdarequestid sqsmessageid apigwrequestid resultmetadataid".split()
)
_HASHES = frozenset("etag md5 contentmd5 sha256 checksum bodyhash xamzcontentsha256 xamzcrc32".split())  # noqa: SIM905
_WHOLE = {"receipthandle": "receipt-handle", "logstreamname": "log-stream", "logstream": "log-stream"}
_SEPARATORS = str.maketrans("", "", "-_. :")


def kind_by_key(key: str, value: Any) -> str | None:
    """What `value` is because of its key, or None.

    >>> kind_by_key("SentTimestamp", "1795349174680"), kind_by_key("amount", 12)
    ('time', None)
    """
    kind = _kind(key)
    if kind is None or value == "":
        return None
    match kind:
        case "time":
            return kind if unix_ns(value) is not None else None
        case "duration":
            return kind if _is_number(value) else None
        case "id":
            return kind if isinstance(value, str) and _looks_made(value) else None
    return kind if isinstance(value, str) else None


@lru_cache(maxsize=4_096)
def _kind(key: str) -> str | None:
    plain = key.translate(_SEPARATORS).lower()
    if plain in _WHOLE:
        return _WHOLE[plain]
    if plain in _IDS:
        return "id"
    if plain in _DURATIONS:
        return "duration"
    if plain in _TIMES or _TIME_ENDS.search(key):
        return "time"
    return "hash" if plain in _HASHES or plain.startswith("md5of") else None


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 32 and value.replace(".", "", 1).isdecimal()
    return isinstance(value, int | float) and not isinstance(value, bool)


def _looks_made(value: str) -> bool:
    return len(value) >= 8 and any(c.isdigit() for c in value) and not any(c.isspace() for c in value)
