"""Which names promise a secret: `userPassword`, `x-api-key`, `Set-Cookie`, and what `ITK_REDACT_KEYS` adds.

A name is split in words first, so that its spelling does not matter. A *soft* name (`tokens`, `max_tokens`) counts more
often than it names a secret: numbers stay, anything else is masked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from itk.errors import UsageError
from itk.redact.masks import MASK

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_LONGEST_NAME = 256


class Sensitive(NamedTuple):
    """Why a name is sensitive: the kind its mask shows."""

    kind: str
    soft: bool = False
    user: bool = False  # ITK_REDACT_KEYS: nothing is spared, not even `true`


_WORDS = {
    **dict.fromkeys(("password", "passwords", "passwd", "pwd", "pswd", "passcode", "passwort", "kennwort"), "password"),
    **dict.fromkeys(("contrasena", "contraseña", "senha", "passphrase", "pass", "userpass", "dbpass"), "password"),
    **dict.fromkeys(("secret", "secrets", "mnemonic"), "secret"),
    **dict.fromkeys(("token", "bearer", "csrf", "xsrf", "otp", "totp", "sessid", "jsessionid"), "token"),
    **dict.fromkeys(("phpsessid", "authtoken", "sessionkey"), "token"),
    **dict.fromkeys(("authorization", "authorisation"), "authorization"),
    **dict.fromkeys(("cookie", "cookies"), "cookie"),
    **dict.fromkeys(("credential", "credentials", "creds"), "credential"),
    **dict.fromkeys(("ssn", "passport"), "ssn"),
    **dict.fromkeys(("cvv", "cvc", "iban", "creditcard", "cardnumber", "ccnumber"), "card"),
    **dict.fromkeys(("dob", "birthdate", "birthday", "dateofbirth"), "birth-date"),
    **dict.fromkeys(("msisdn", "telephone", "phonenumber"), "phone"),
}
_WORDS |= {"iban": "iban", "jwt": "jwt"}

# Side by side, in this order. `("pass", "word")` is `passWord`, `PASS_WORD`.
_SEQUENCES: dict[tuple[str, ...], str] = {
    **{(first, "key"): "key" for first in ("api", "access", "private", "signing", "encryption", "account", "shared")},
    **{(first, "key"): "key" for first in ("master", "subscription", "storage", "ssh", "pgp", "gpg", "functions")},
    **{(first, "keys"): "key" for first in ("api", "access", "private", "account")},
    ("session", "key"): "key",
    ("connection", "string"): "credential",
    ("pass", "word"): "password",
    ("pass", "phrase"): "password",
    ("seed", "phrase"): "secret",
    ("recovery", "phrase"): "secret",
    ("recovery", "code"): "secret",
    ("recovery", "codes"): "secret",
    ("social", "security"): "ssn",
    ("national", "id"): "ssn",
    ("tax", "id"): "ssn",
    ("driver", "license"): "ssn",
    ("drivers", "license"): "ssn",
    ("driving", "licence"): "ssn",
    ("card", "number"): "card",
    ("card", "no"): "card",
    ("credit", "card"): "card",
    ("debit", "card"): "card",
    ("security", "code"): "card",
    ("account", "number"): "account",
    ("account", "no"): "account",
    ("routing", "number"): "account",
    ("bank", "account"): "account",
    ("sort", "code"): "account",
    ("date", "of", "birth"): "birth-date",
    ("birth", "date"): "birth-date",
    ("phone", "number"): "phone",
    ("phone", "no"): "phone",
    ("mobile", "number"): "phone",
    ("pin", "code"): "pin",
    ("pin", "number"): "pin",
    ("amz", "signature"): "signature",
    ("goog", "signature"): "signature",
}
_WORDS |= {"".join(sequence): kind for sequence, kind in _SEQUENCES.items()} | {"authheader": "authorization"}
_LAST = {
    "pin": "pin",
    "auth": "authorization",
    "oauth": "authorization",
    "basicauth": "authorization",
    "phone": "phone",
    "email": "email",
}
_AFTER_AUTH = {"header", "headers", "key", "code", "data", "info", "string", "value", "param", "params", "ticket"}

# Written as one word: `userpassword`, `xapikey`, `myaccesstoken`.
_STEMS = (
    ("password", "password"),
    ("passwd", "password"),
    ("passphrase", "password"),
    ("motdepasse", "password"),
    ("clientsecret", "secret"),
    ("secretkey", "key"),
    ("apikey", "key"),
    ("accesskey", "key"),
    ("privatekey", "key"),
    ("accountkey", "key"),
    ("accesstoken", "token"),
    ("refreshtoken", "token"),
    ("sessiontoken", "token"),
    ("authtoken", "token"),
    ("bearertoken", "token"),
    ("csrftoken", "token"),
    ("idtoken", "token"),
    ("securitytoken", "token"),
    ("setcookie", "cookie"),
    ("credential", "credential"),
    ("authorization", "authorization"),
    ("creditcard", "card"),
    ("cardnumber", "card"),
)

# A name that ends so tells *about* a secret: `secret_arn`, `token_type`, `password_expires_at`, `cookies_enabled`.
_ABOUT = frozenset(
    "type types name names arn arns count counts policy method mode status enabled disabled required expired expires"  # noqa: SIM905
    " expiry expiration at in time timestamp ttl age length size limit url uri endpoint version algorithm alg scheme"
    " provider format strength valid invalid exists present field fields rotation usage use used issuer audience scope"
    " scopes latency ms seconds duration file dir path prefix region".split()
)
_COUNTS = frozenset(
    "input output total max min maximum minimum count counts limit usage used prompt completion cached cache reasoning"  # noqa: SIM905
    " time first last"
    " number num per budget size length remaining estimated rate price cost read write consumed generated n".split()
)
_NEVER_SOFT = frozenset(("secret", "password", "jwt", "bearer", "csrf", "credential", "credentials"))


def words(name: str) -> tuple[str, ...]:
    """`X-API-Key` -> `x`, `api`, `key`. Of a very long name the last 256 characters count."""
    return tuple(word.lower() for word in _WORD.findall(name[-_LONGEST_NAME:]))


@lru_cache(maxsize=8192)
def sensitive(name: str) -> Sensitive | None:
    """What ITK itself thinks of a name."""
    parts = words(name)
    if not parts or _ABOUT.intersection(parts[-1:]):
        return None
    while len(parts) > 1 and parts[-1].isdigit():  # password2, cvv2
        parts = parts[:-1]
    kind = _by_words(parts) or _by_stem("".join(parts))
    if kind:
        counts = parts == ("pass",) or (kind == "token" and bool(_COUNTS.intersection(parts)))
        return Sensitive(kind, soft=counts and not _NEVER_SOFT.intersection(parts))
    if "tokens" in parts:
        return Sensitive("token", soft=True)
    return None


def _by_words(parts: tuple[str, ...]) -> str | None:
    for n, word in enumerate(parts):
        if word == "auth" and n + 1 < len(parts) and parts[n + 1] in _AFTER_AUTH:
            return "authorization"
        if word == "pass" and (len(parts) > 2 or n + 1 < len(parts)):  # `pass`, `db_pass`; not `pass_rate`
            continue
        if word in _WORDS:
            return _WORDS[word]
        for length in (2, 3):
            if kind := _SEQUENCES.get(parts[n : n + length]):
                return kind
    if parts[-1] == "tokens" or "tokens" in parts:
        return None
    if parts[-1].endswith("secret") or (parts[-1].endswith("token") and len(parts[-1]) > 5):  # mysecret, usertoken
        return "secret" if parts[-1].endswith("secret") else "token"
    return _LAST.get(parts[-1])


def _by_stem(joined: str) -> str | None:
    return next((kind for stem, kind in _STEMS if stem in joined), None)


class Keys:
    """ITK's names and those of `ITK_REDACT_KEYS`."""

    __slots__ = ("_longest", "_user", "hints")

    def __init__(self, user: Sequence[str] = ()) -> None:
        self._user: set[str] = set()
        self._longest = 0
        for name in user:
            parts = words(name)
            if not parts:
                raise UsageError(
                    f"`{name}` in ITK_REDACT_KEYS names no key",
                    fix="write names of letters and digits, such as `customer_id,iban`; a pattern belongs in"
                    " ITK_REDACT_PATTERNS",
                )
            self._user.add("".join(parts))
            self._longest = max(self._longest, len("".join(parts)))
        self.hints = (*_HINTS, *(part[:4] for name in user for part in words(name)[:1]))

    def find(self, name: str) -> Sensitive | None:
        """Why the value under this name must be masked, or None. The words of a mask, or of an ARN, are no names."""
        if "[redacted:" in name:
            name = MASK.sub(" ", name)
        if name.startswith("arn:"):
            return None
        return self.user(name) or sensitive(name)

    def user(self, name: str) -> Sensitive | None:
        """As `find`, for the names that the user added."""
        if not self._user:
            return None
        parts = words(name)
        for start in range(len(parts)):
            joined = ""
            for part in parts[start:]:
                joined += part
                if len(joined) > self._longest:
                    break
                if joined in self._user:
                    return Sensitive("custom", user=True)
        return None


# Some of these stands in every text that holds a sensitive name: the cheap question before the dear one.
_HINTS = (
    *("pass", "pwd", "pswd", "secret", "token", "auth", "cookie", "cred", "key", "ssn", "cvv", "cvc", "iban", "dob"),
    *("kennwort", "contrase", "senha", "mnemonic", "jwt", "bearer", "csrf", "xsrf", "otp", "sess", "birth", "phone"),
    *("msisdn", "mobile", "email", "pin", "card", "account", "routing", "social", "national", "tax", "driv", "code"),
    *("connection", "phrase", "signature", "sig", "motde", "mot_de", "mot-de"),
)
