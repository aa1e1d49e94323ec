"""What errors of AWS mean by their names."""

from __future__ import annotations

# botocore's own list (retries/standard.py), and the codes that services use beside it.
THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottledException",
        "RequestThrottled",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "SlowDown",
        "PriorRequestNotComplete",
        "EC2ThrottledException",
        "KmsThrottled",
        "throttlingException",
    }
)


def is_throttle(error_type: str) -> bool:
    """Whether it says that too much came at once. Step Functions puts the service before it.

    >>> [is_throttle(x) for x in ("ThrottlingException", "Lambda.TooManyRequestsException", "States.TaskFailed")]
    [True, True, False]
    """
    return error_type.rpartition(".")[2] in THROTTLED
