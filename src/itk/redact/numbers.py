"""Numbers that point to a person: cards, IBANs, phones, social security numbers, client addresses.

Numbers that a report needs look much the same: epochs, ids, durations, account ids, order numbers. So a card must have
an issuer's prefix, its length and its check digit; an IBAN its country's length and its check digits; a phone number
must be written as one (`+`, brackets or groups): ten bare digits are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from itk.redact.patterns import Hit

_RUN = re.compile(r"(?<![0-9A-Za-z])\d++(?>(?:[ .\-\u00a0]\d++)*)")
_GROUP = re.compile(r"\d+")
_FRACTION = re.compile(r"\.\d|[A-Za-z]")
_CARD_GROUPS = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 1), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3)}

_IBAN = re.compile(r"(?<![A-Za-z0-9\-])[A-Z]{2}\d\d(?=[A-Z0-9 \u00a0])")  # upper case: `be25...` is the start of a hash
_IBAN_LENGTHS = {
    item[:2]: int(item[2:])
    for item in (  # noqa: SIM905
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29"
        " ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28"
        " LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25"
        " QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
    ).split()
}

_SSN = re.compile(r"(?<![\w\-+])(?!000|666)\d{3}([ \-])(?!00)\d\d\1(?!0000)\d{4}(?![\w\-]|\.\d)")

_PLUS = re.compile(r"(?<![\w+])\+\d(?>(?:[ .\-()/\u00a0]{0,2}\d)*)")
_NORTH_AMERICA = re.compile(
    r"(?<![\w+\-])(?<!\d\.)(?:1[ .\-])?(?:\(\d{3}\)[ .\-]?\d{3}[ .\-]?\d{4}|(\d)\d\d([ .\-])\d{3}\2\d{4})(?!\w|[.\-]\d)"
)
_TRUNK = re.compile(r"(?<![\w+\-])(?<!\d\.)\(?(?:0|00)[1-9]\d{0,3}\)?(?:[ /\-]\d{2,8}){1,5}(?!\w|[.\-:]\d)")
_MOBILE = re.compile(r"(?<![\w+\-.])07\d{9}(?!\w|[.\-]\d)")

_IPV4 = re.compile(r"(?<![\w.\-])(?<![A-Za-z]/)\d{1,3}(?:\.\d{1,3}){3}(?![\w\-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[23][0-9a-fA-F]{3}:[0-9a-fA-F:]{2,34}(?![\w:])")
_BEFORE_VERSION = re.compile(r"(?i)(?:version|ver|v|release|build|agent)[\"']?[ \t]*[:=]?[ \t]*[\"']?$")


def find(text: str) -> Iterator[Hit]:
    """Every number in `text` that points to a person."""
    yield from _cards(text)
    yield from _ibans(text)
    yield from _phones(text)
    yield from (Hit(*found.span(), "ssn") for found in _SSN.finditer(text))
    yield from _addresses(text)


def is_card(digits: str) -> bool:
    """13 to 19 digits with the prefix, the length and the check digit of a payment card."""
    return _issued(digits) and luhn(digits)


def luhn(digits: str) -> bool:
    """The last digit checks the others (ISO/IEC 7812-1)."""
    total = 0
    for n, digit in enumerate(map(int, reversed(digits))):
        total += digit if n % 2 == 0 else digit * 2 - 9 * (digit > 4)
    return total % 10 == 0


def is_iban(text: str) -> bool:
    """Its country's length, and 1 modulo 97 (ISO 13616)."""
    if _IBAN_LENGTHS.get(text[:2].upper()) != len(text):
        return False
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def _issued(digits: str) -> bool:
    length, two, four = len(digits), int(digits[:2]), int(digits[:4])
    if digits[0] == "4":
        return length in (13, 16, 19)
    if two in (34, 37):
        return length == 15
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return length == 16
    if two in (36, 38, 39) or 300 <= four // 10 <= 305:
        return length == 14
    if 3528 <= four <= 3589:
        return length == 16
    return (four == 6011 or 644 <= four // 10 <= 649 or two in (50, 56, 57, 58, 62, 63, 65, 67)) and 16 <= length <= 19


def _cards(text: str) -> Iterator[Hit]:
    for run in _RUN.finditer(text):
        if run.end() - run.start() < 13:
            continue
        groups = [group.span() for group in _GROUP.finditer(text, run.start(), run.end())]
        n = 0
        while n < len(groups):
            size = _card_at(groups, n, text)
            if size:
                yield Hit(groups[n][0], groups[n + size - 1][1], "card")
            n += size or 1


def _card_at(groups: list[tuple[int, int]], n: int, text: str) -> int:
    """How many groups from `n` on make a card number."""
    start, end = groups[n]
    if 13 <= end - start <= 16:  # longer ones are ids far more often than cards
        # no part of 0.4111111111111111, and of no word
        alone = text[max(start - 1, 0)] != "." and not _FRACTION.match(text, end)
        return 1 if alone and is_card(text[start:end]) else 0
    for count in (5, 4, 3):
        window = groups[n : n + count]
        if text[window[-1][1] : window[-1][1] + 1].isalpha():
            continue
        if tuple(b - a for a, b in window) in _CARD_GROUPS and is_card("".join(text[a:b] for a, b in window)):
            return len(window)
    return 0


def _ibans(text: str) -> Iterator[Hit]:
    for found in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(found[0][:2])
        if length is None:
            continue
        letters, at = "", found.start()
        while len(letters) < length and at < len(text):
            c = text[at]
            if c.isdigit() or "A" <= c <= "Z":
                letters += c
            elif not (c in " \u00a0" and text[at - 1].isalnum()):
                break
            at += 1
        if is_iban(letters) and not text[at : at + 1].isalnum():
            yield Hit(found.start(), at, "iban")


def _phones(text: str) -> Iterator[Hit]:
    for found in _PLUS.finditer(text) if "+" in text else ():
        end = _phone_end(text, found.start(), found.end())
        if end and not text[end : end + 1].isalpha():
            yield Hit(found.start(), end, "phone")
    for found in _NORTH_AMERICA.finditer(text):
        if not (found[2] == " " and found[1] in "01"):
            yield Hit(*found.span(), "phone")
    for found in _TRUNK.finditer(text):
        if 9 <= _digits(found[0]) <= (15 if found[0].lstrip("(").startswith("00") else 12):
            yield Hit(*found.span(), "phone")
    yield from (Hit(*found.span(), "phone") for found in _MOBILE.finditer(text))


def _phone_end(text: str, start: int, end: int) -> int:
    """Where an international number ends: 8 to 15 digits (E.164). More digits: other numbers follow behind a blank."""
    digits, groups = 0, [start]
    for at in range(start + 1, end):
        if text[at].isdigit():
            digits += 1
            if digits > 15:
                end = groups[-1]
                break
        elif text[at - 1].isdigit():
            groups.append(at)
    return end if _digits(text[start:end]) >= 8 else 0


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def _addresses(text: str) -> Iterator[Hit]:
    """Addresses of clients; those of a private network, and versions of four parts, are no personal data."""
    for found in _IPV4.finditer(text) if text.count(".") >= 3 else ():
        parts = [int(part) for part in found[0].split(".")]
        private = parts[0] in (0, 10, 127) or parts[0] >= 224 or parts[1:] == [0, 0, 0] or tuple(parts[:2]) in _PRIVATE
        if (
            max(parts) < 256
            and not private
            and not _BEFORE_VERSION.search(text, max(0, found.start() - 24), found.start())
        ):
            yield Hit(*found.span(), "ip")
    for found in _IPV6.finditer(text) if ":" in text else ():
        groups = found[0].split(":")
        full = len(groups) == 8 and "" not in groups
        short = found[0].count("::") == 1 and len(groups) <= 8
        if (full or short) and all(len(group) <= 4 for group in groups):
            yield Hit(*found.span(), "ip")


_PRIVATE = {(192, 168), (169, 254), *((172, n) for n in range(16, 32)), *((100, n) for n in range(64, 128))}
