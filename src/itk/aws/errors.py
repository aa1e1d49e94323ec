"""AWS errors in words: what happened, to which call, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.eventstream import ParserError
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectionError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    ResponseStreamingError,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
    UnknownServiceError,
)
from urllib3.exceptions import HTTPError

from itk.errors import AwsError
from itk.reading.aws.errors import THROTTLED

EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
UNKNOWN_CALLER = frozenset({"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"})
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403"})
NOT_FOUND = frozenset(
    {
        "ResourceNotFoundException",
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
        "NotFoundException",
        "NoSuchEntity",
        "NotFound",
        "404",  # of HeadBucket, whose answer has no body to say more
        "NoSuchBucket",
        "StateMachineDoesNotExist",
    }
)
SLOW = "check the network and the region; for slow log queries try ITK_LOG_QUERY_WINDOW_SECONDS=300"
_EXPIRED, _UNACCEPTED, _NONE = "credentials expired", "AWS does not accept these credentials", "no AWS credentials"
LOST_CREDENTIALS = (_EXPIRED, _UNACCEPTED, _NONE)  # how errors begin after which no other call will succeed
LOG_IN = "log in again: `aws sso login --profile <profile>`, or refresh the keys in your environment"


class Throttled(AwsError):
    """AWS refused a call because of its rate, and went on refusing while the SDK tried again."""


class NotFound(AwsError):
    """AWS knows no such resource, or not in this account and region."""


class NoAnswer(AwsError):
    """The call went out and no whole answer came: whether it was carried out is not known."""


class Unreachable(AwsError):
    """The call did not go out: there is no way to the service from here."""


@contextmanager
def translated(call: str, where: str = "") -> Iterator[None]:
    """Turn what botocore raises in `call` ("sqs:SendMessage") into an AwsError."""
    try:
        yield
    except ClientError as error:
        raise _of_response(error, call, where) from error
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        fix = "give credentials: AWS_PROFILE, `aws sso login`, or keys in the environment"
        raise AwsError(f"{_NONE}: {error}", where=where or call, fix=fix) from error
    except (SSOTokenLoadError, UnauthorizedSSOTokenError, TokenRetrievalError, CredentialRetrievalError) as error:
        raise AwsError(f"{_EXPIRED} or cannot be refreshed: {error}", where=where or call, fix=LOG_IN) from error
    except NoRegionError as error:
        raise AwsError("no AWS region is set", where=where or call, fix="set ITK_AWS_REGION in .env") from error
    except (ReadTimeoutError, ConnectionClosedError) as error:
        raise NoAnswer(f"{call}: no answer from AWS: {error}", where=where, fix=SLOW) from error
    except ResponseStreamingError as error:
        raise NoAnswer(f"{call}: the answer broke off: {error}", where=where, fix="check the network") from error
    except (EndpointConnectionError, ConnectTimeoutError, ConnectionError, HTTPClientError) as error:
        raise Unreachable(f"{call}: no answer from AWS: {error}", where=where, fix=SLOW) from error
    except (HTTPError, ParserError, OSError) as error:  # an event stream is read past botocore's own translation
        raise NoAnswer(f"{call}: the answer broke off: {error}", where=where, fix="check the network") from error
    except UnknownServiceError as error:
        what = f"{call}: the installed boto3 does not know this service"
        raise AwsError(what, where=where, fix="update it: `pip install --upgrade boto3`") from error
    except BotoCoreError as error:
        raise AwsError(f"{call}: {error}", where=where) from error


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _of_response(error: ClientError, call: str, where: str) -> AwsError:
    code = code_of(error)
    said = str(error.response.get("Error", {}).get("Message", "")).strip()
    what = f"{call}: {code}" + (f": {said}" if said and said != code else "")
    if code in EXPIRED:
        return AwsError(f"{_EXPIRED} ({what})", where=where, fix=LOG_IN)
    if code in UNKNOWN_CALLER:
        return AwsError(f"{_UNACCEPTED} ({what})", where=where, fix=LOG_IN)
    if code in DENIED:
        return AwsError(
            f"not allowed: {what}", where=where, fix=f"allow `{call}` in the policy of the role that runs ITK"
        )
    if code in THROTTLED:
        fix = "wait and run again, or run fewer things at once; look at the quotas of the service"
        return Throttled(f"throttled: {what}", where=where, fix=fix)
    if code in NOT_FOUND:
        return NotFound(what, where=where, fix="check the name, the account and the region")
    return AwsError(what, where=where)
