"""FilterLogEvents page by page, as CloudWatch searches: a page may be empty and still carry a token."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from itk.sandbox.server.logs.pattern import Matcher
from itk.sandbox.server.logs.store import LogEvent


class TokenError(ValueError):
    """A nextToken that is not ours, or belongs to another query."""


@dataclass(slots=True)
class PagingHabits:
    """How unkind the paging is.

    CloudWatch gives up a page when it has scanned enough, found or not; so a filtered search begins with
    `empty_pages` pages without events, and no page looks at more than `scan_events` events.
    """

    empty_pages: int = 1
    scan_events: int = 1000


@dataclass(frozen=True, slots=True)
class Page:
    events: list[LogEvent]
    token: str | None


def next_page(
    events: Sequence[LogEvent],  # all that could match, in order
    wanted: Matcher,
    query: Mapping[str, object],  # what must stay the same from page to page
    token: str | None,
    limit: int,
    habits: PagingHabits,
    searching: bool,
) -> Page:
    """The page after `token`. A full page has a token even when nothing is left: the next page is then empty."""
    fingerprint = _fingerprint(query)
    empties, after = _decode(token, fingerprint) if token else (habits.empty_pages if searching else 0, (-1, -1))
    left = [event for event in events if event.order > after]
    if empties and left:
        return Page([], _encode(fingerprint, empties - 1, after))
    found: list[LogEvent] = []
    for scanned, event in enumerate(left):
        if scanned == habits.scan_events or len(found) == limit:
            return Page(found, _encode(fingerprint, 0, after))
        after = event.order
        if wanted(event.message):
            found.append(event)
    return Page(found, _encode(fingerprint, 0, after) if len(found) == limit else None)


def _fingerprint(query: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(query, sort_keys=True).encode()).hexdigest()[:16]


def _encode(fingerprint: str, empties: int, after: tuple[int, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps([fingerprint, empties, *after]).encode()).decode()


def _decode(token: str, fingerprint: str) -> tuple[int, tuple[int, int]]:
    try:
        owner, empties, timestamp_ms, number = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error, TypeError) as error:
        raise TokenError("The specified nextToken is invalid.") from error
    if owner != fingerprint:
        raise TokenError("The specified nextToken is invalid: it belongs to a query with other parameters.")
    return empties, (timestamp_ms, number)
