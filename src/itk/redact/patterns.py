"""Secrets that show by their own shape: tokens of vendors, keys, JWTs, addresses of people.

Every pattern is safe on a megabyte without a space: it starts with a literal or behind a look-behind that refuses to
start inside a run, and what it repeats without bound it never gives back (`++`).
"""

from __future__ import annotations

import binascii
import math
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple


class Hit(NamedTuple):
    """A secret in a text, from `start` up to `end`."""

    start: int
    end: int
    kind: str


class Rule(NamedTuple):
    """One shape. It is tried only on texts that hold one of `hints` (lower case; none: always).

    Where the regex has a group, the group is the secret; `accept` has the last word.
    """

    kind: str
    hints: tuple[str, ...]
    regex: re.Pattern[str]
    accept: Callable[[str], bool] | None = None
    not_after: re.Pattern[str] | None = None  # looked for in the 100 characters before

    def find(self, text: str) -> Iterator[Hit]:
        for found in self.regex.finditer(text):
            group = found.lastindex or 0
            if found.end(group) <= found.start(group) or (self.accept and not self.accept(found[group])):
                continue
            if not (self.not_after and self.not_after.search(text, max(0, found.start() - 100), found.start())):
                yield Hit(found.start(group), found.end(group), self.kind)


def _mixed(token: str) -> bool:
    """Upper, lower and digit: made by a machine, not `sk-learn-something-long`."""
    return any(c.isupper() for c in token) and any(c.islower() for c in token) and any(c.isdigit() for c in token)


def _random(token: str) -> bool:
    """As random as 40 characters of base64 are: a path or a camelCase name has words, a SHA-1 no upper case."""
    few_digits = sum(c.isdigit() for c in token) <= 2
    if few_digits and any(
        len(_VOWEL.findall(word)) >= 3 and not _UNSPEAKABLE.search(word) for word in _WORD.findall(token)
    ):
        return False
    counts = Counter(token).values()
    alphabet = sum(ord(b) - ord(a) == 1 for a, b in pairwise(token))  # Bedrock pads with abcdefgh...ABC...012
    if alphabet > len(token) // 3:
        return False
    entropy = -sum(n / len(token) * math.log2(n / len(token)) for n in counts)
    return entropy > 4.25 and any(c.isupper() for c in token) and any(c.islower() for c in token)


_WORD = re.compile(r"[a-z]{9,}")
_VOWEL = re.compile(r"[aeiouy]")
_UNSPEAKABLE = re.compile(r"[^aeiouy]{5}")


def _jwt(token: str) -> bool:
    """Parts with dots between them, the first one base64 of a JSON object. A lone part is decoded in `nested`."""
    if token.count(".") != 1 or len(token) <= 40:
        return token.count(".") > 1 and len(token) > 24
    try:
        head = b64decode(token[:12].replace("-", "+").replace("_", "/"))
    except (binascii.Error, ValueError):
        return False
    return head.lstrip()[:1] == b"{" and all(32 <= c < 127 or c in b"\r\n\t" for c in head)


def _user_and_password(token: str) -> bool:
    try:
        return b":" in b64decode(token + "=" * (-len(token) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False


def _bearer(token: str) -> bool:
    return token.lower().partition("=")[0].rstrip(".,:;") not in _PROSE


_PROSE = frozenset(
    "token tokens authentication authorization auth scheme realm error format is or and was not credentials credential"  # noqa: SIM905
    " header headers of the for in with to a an has must should missing invalid type realm scope".split()
)

# Left edge of a token: no letter or digit before it, but `%3D`, `%2F`, ... of a URL may stand there.
_EDGE = r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2}))"

_HOSTS = (".amazonaws.com", ".amazonaws.com.cn", ".internal")  # `database@host`, as X-Ray names it

_BASE64_JSON = r"(?:eyJ|eyA[ig]|ewo[gJK]|ew0K)[A-Za-z0-9_\-+/]{8,}+"  # `{"`, `{ "`, `{\n `


def _token(kind: str, hint: str, regex: str, accept: Callable[[str], bool] | None = None) -> Rule:
    return Rule(kind, tuple(hint.split()), re.compile(_EDGE + "(?:" + regex + ")"), accept)


RULES: tuple[Rule, ...] = (
    Rule(
        "private-key",
        ("private key",),
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY[A-Z ]{0,10}-----(?>(?:[^-]++|-(?!----END))*)"
            r"(?>(?:-----END[^-]{0,60}(?>(?:-----)?))?)"
        ),
    ),
    Rule("private-key", ("putty-user-key",), re.compile(r"PuTTY-User-Key-File-(?s:.*+)")),
    # One line of a PEM body, where every line became a record of its own.
    Rule("key-material", (), re.compile(r"(?m)^(?=\S{64}$|\S{70}$)([A-Za-z0-9+/]{64,70})$"), _random),
    Rule("key-material", ("mii",), re.compile(_EDGE + r"MII[A-Za-z0-9+/]{60,}+={0,2}"), _random),
    _token("aws-access-key", "akia asia abia acca", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}+"),
    Rule(
        "aws-secret-key",
        (),
        re.compile(
            r"(?:(?<![A-Za-z0-9/+_\-])|(?<=%3D)|(?<=%22))(?=[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_\-]))([A-Za-z0-9/+]{40})"
        ),
        _random,
    ),
    _token("aws-session-token", "iqoj fwog fqog aqod aqoe", r"(?:IQoJ|FwoG|FQoG|AQoD|AQoE)[A-Za-z0-9/+=_%\-]{32,}+"),
    _token("aws-api-key", "absk bedrock-api-key-", r"ABSK[A-Za-z0-9+/=]{40,}+|bedrock-api-key-[\w+/=.\-]{16,}+"),
    _token("aws-signature", "signature", r"[Ss]ignature=([0-9a-f]{64})"),
    Rule("jwt", ("eyj", "eya", "ewo", "ew0"), re.compile(_BASE64_JSON + r"(?>(?:\.[A-Za-z0-9_\-+/=]*+){0,4})"), _jwt),
    Rule("bearer", ("bearer",), re.compile(r"(?i)\bbearer(?:[ \t]++|%20|\+|:[ \t]*+)([\w.~+/=\-]++)"), _bearer),
    Rule(
        "basic-auth",
        ("basic",),
        re.compile(r"(?i)\bbasic(?:[ \t]++|%20|\+)([A-Za-z0-9+/_\-]{4,}+={0,2})"),
        _user_and_password,
    ),
    _token("github-token", "gh github_pat_", r"gh[pousr]_[A-Za-z0-9]{16,}+|github_pat_\w{20,}+"),
    _token("gitlab-token", "gl", r"gl(?:pat|oas|dt|rtr?|cbt|ptt|ft|imt|agent|soat|ffct|wt)-[\w\-.]{16,}+"),
    _token("slack-token", "xox xapp-", r"(?:xox[a-z](?:\.xox[a-z])?|xapp)-[A-Za-z0-9\-]{8,}+"),
    _token("slack-webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/([\w/\-]++)"),
    _token("discord-webhook", "/webhooks/", r"discord(?:app)?\.com/api/webhooks/([\w/\-]++)"),
    _token("stripe-key", "k_live_ k_test_ whsec_", r"(?:[srp]k_(?:live|test)_|whsec_)[A-Za-z0-9+/=_]{8,}+"),
    _token(
        "google-key",
        "aiza ya29. gocspx- 1//0",
        r"AIza[\w\-]{30,}+|ya29\.[\w\-.]++|GOCSPX-[\w\-]{16,}+|1//0[\w\-]{20,}+",
    ),
    _token("anthropic-key", "sk-ant-", r"sk-ant-[\w\-]{8,}+"),
    _token("openai-key", "sk-", r"sk-[\w\-]{20,}+", _mixed),
    _token("npm-token", "npm_", r"npm_[A-Za-z0-9]{30,}+"),
    _token("pypi-token", "pypi-", r"pypi-[\w\-]{30,}+"),
    _token("sendgrid-key", "sg.", r"SG\.[\w\-]{16,}+\.[\w\-]{16,}+"),
    _token("twilio-key", "sk", r"SK[0-9a-f]{32}(?![0-9a-f])"),
    _token("azure-key", "q~", r"[\w~.\-]{3}\dQ~[\w~.\-]{31,34}"),
    _token("azure-key", "==", r"(?<!sha512-)[A-Za-z0-9+/]{86}=="),
    _token("mailchimp-key", "-us", r"[0-9a-f]{32}-us\d{1,2}"),
    _token("mailgun-key", "key-", r"key-[0-9a-z]{32}(?![0-9a-z])"),
    _token("telegram-token", ":aa", r"\d{8,10}:AA[\w\-]{32,}+"),
    _token("huggingface-token", "hf_", r"hf_[A-Za-z0-9]{30,}+"),
    _token("digitalocean-token", "_v1_", r"do[opr]_v1_[0-9a-f]{32,}+"),
    _token("shopify-token", "shp", r"shp[a-z]{2}_[0-9a-fA-F]{32,}+"),
    _token("square-token", "sq0", r"sq0[a-z]{3}-[\w\-]{22,}+"),
    _token("databricks-token", "dapi", r"dapi[0-9a-f]{32}(?:-\d)?"),
    _token("vault-token", "hvs. hvb. hvr.", r"hv[sbr]\.[\w\-]{20,}+"),
    _token("docker-token", "dckr_", r"dckr_(?:pat|oat)_[\w\-]{20,}+"),
    _token("grafana-token", "glsa_ glc_", r"(?:glsa|glc)_[\w+/=]{20,}+"),
    _token("new-relic-key", "nr", r"NR(?:AK|AL|II|JS|IQ|BR)-[A-Za-z0-9]{20,}+"),
    _token("notion-token", "ntn_ secret_", r"ntn_[A-Za-z0-9]{40,}+|secret_[A-Za-z0-9]{43}(?!\w)"),
    _token("postman-key", "pmak-", r"PMAK-[0-9a-f\-]{30,}+"),
    _token("atlassian-token", "atatt3 atctt3", r"AT[AC]TT3[\w=\-]{40,}+"),
    _token("age-key", "age-secret-key-1", r"AGE-SECRET-KEY-1[A-Z0-9]{40,}+"),
    _token(
        "api-token",
        "lin_api_ figd_ sbp_ gsk_ r8_ pplx- xai-",
        r"(?:lin_api|figd|sbp|gsk|r8)_[\w\-]{30,}+|(?:pplx|xai)-[A-Za-z0-9]{40,}+",
    ),
    _token(
        "api-token",
        "dp. pscale_ sntry phc_ rubygems_",
        r"dp\.[a-z]{2,5}\.[\w.\-]{30,}+|pscale_[a-z]++_[\w.\-]{20,}+|sntry[a-z]_[\w+/=]{30,}+|phc_\w{30,}+|rubygems_[0-9a-f]{30,}+",
    ),
    # `scheme://user:password@host`; a lone name before the @ may be a token. The last one is for a `/` in a password.
    Rule("url-password", ("://",), re.compile(r"://[^\s/?#\"'<>@:]*+:([^\s/?#\"'<>]+)(?=@)")),
    Rule("url-password", ("://",), re.compile(r"://([^\s/?#\"'<>@:]++)@"), lambda user: user != "git"),
    Rule(
        "url-password", ("://",), re.compile(r"://[^\s/?#\"'<>@:]*+:(?!\d{1,5}(?:[/?#]|$))([^\s\"'<>@]{1,256}+)(?=@)")
    ),
    Rule(
        "password",  # curl -u user:password
        ("-u", "--user"),
        re.compile(r"(?<![\w\-])(?:-u|--user)[ \t=]++[\"']?[^\s:\"']++:(?![\d:]++(?!\S))([^\s\"']++)"),
    ),
    Rule(
        "email",
        ("@", "u0040"),
        re.compile(
            r"(?<![\w.%+\-])([\w.%+\-]++(?>(?:'[\w.%+\-]++)*)(?:@|\\++u0040)"
            r"(?:[A-Za-z0-9\u00a1-\uffff_\-]++\.)+[A-Za-z\u00a1-\uffff][A-Za-z0-9\u00a1-\uffff\-]++)"
        ),
        lambda text: not text.startswith("git@") and not text.lower().endswith(_HOSTS),
        re.compile(r"://[^\s/?#\"'<>@]*$"),  # `://user:password@host`: the rules above take no more than they must
    ),
)

_ALWAYS = [rule for rule in RULES if not rule.hints]
_BY_HINT = [(hint, rule) for rule in RULES for hint in rule.hints]


def candidates(low: str) -> list[Rule]:
    """The rules worth trying on a text, given in lower case. One plain loop: this runs for every text of a run."""
    found = list(_ALWAYS)
    for hint, rule in _BY_HINT:
        if hint in low and rule is not found[-1]:
            found.append(rule)
    return found
