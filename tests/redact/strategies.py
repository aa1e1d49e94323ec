"""Runs with every field filled, with canaries planted at drawn places. Any test over results or artifacts may use it.

    @examples
    @given(planted_runs())
    def test_no_artifact_leaks(planted):
        for artifact in render(redact(planted.result, salt=b"...")):
            assert not leaks(artifact.content, planted.canaries)

The builder reads the types of the structs, so a field that is added to the model later is filled and planted too.
"""

from __future__ import annotations

import base64
import html
import json
import os
import random
import re
import string
import types
import typing
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Union
from urllib.parse import quote, quote_plus

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from itk.model.run import RunResult
from itk.redact.fields import OWN_HASHES

Rng = random.Random

_THOROUGH = os.environ.get("ITK_HYPOTHESIS") == "thorough"
# For every law over these strategies. A plan is small: it needs no explain phase, which takes minutes.
examples = settings(
    max_examples=5000 if _THOROUGH else 40,
    derandomize=not _THOROUGH,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


@dataclass(frozen=True)
class Canary:
    """A secret. `name`: the sensitive key that it needs beside it; empty where its own shape gives it away."""

    kind: str
    secret: str
    name: str = ""

    @property
    def needles(self) -> list[str]:
        """What must not be found: the secret in every encoding, and each long part of it."""
        parts = [part for part in re.split(r"[^A-Za-z0-9]+", self.secret) if len(part) >= 8 and part not in _PUBLIC]
        escaped = json.dumps(self.secret)[1:-1]
        whole = [self.secret, escaped, json.dumps(escaped)[1:-1], quote(self.secret, safe=""), quote_plus(self.secret)]
        return [*parts, *whole, html.escape(self.secret)]


class Planted:
    """A result, and what must not come out of it. `recipe`: the call of `build` that makes it again."""

    def __init__(self, result: RunResult, canaries: tuple[Canary, ...], recipe: str) -> None:
        self.result, self.canaries, self.recipe = result, canaries, recipe

    def __repr__(self) -> str:
        return self.recipe


def leaks(data: bytes | str, canaries: tuple[Canary, ...]) -> list[str]:
    """The canaries that `data` shows, with what stands around them."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    found = []
    for canary in canaries:
        for needle in canary.needles:
            at = text.find(needle)
            if at >= 0:
                found.append(
                    f"{canary.kind} {canary.name}: {needle} in {text[max(0, at - 80) : at + len(needle) + 40]}"
                )
                break
    return found


# -- secrets, made of random parts so that no scanner of repositories mistakes this file for a leak

_PUBLIC = {"example", "PRIVATE"}


def _letters(rng: Rng, n: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """Upper, lower and digit are always there."""
    head = [rng.choice(c) for c in (string.ascii_uppercase, string.ascii_lowercase, string.digits) if c[0] in alphabet]
    rest = [rng.choice(alphabet) for _ in range(n - len(head))]
    rng.shuffle(rest)
    return "".join(head + rest)


def _digits(rng: Rng, n: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(n))


def _hex(rng: Rng, n: int) -> str:
    return "".join(rng.choice("0123456789abcdef") for _ in range(n))


def card(rng: Rng, prefix: str = "4", length: int = 16) -> str:
    body = prefix + _digits(rng, length - 1 - len(prefix))
    total = sum(d if n % 2 else d * 2 - 9 * (d > 4) for n, d in enumerate(map(int, reversed(body))))
    return body + str(-total % 10)


def iban(rng: Rng) -> str:
    account = _digits(rng, 18)
    check = 98 - int("".join(str(int(c, 36)) for c in account + "DE00")) % 97
    return f"DE{check:02d}{account}"


def jwt(rng: Rng) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256', 'k': _letters(rng, 9)})}.{part({'sub': _letters(rng, 12)})}.{_letters(rng, 43)}"


def _pem(rng: Rng) -> str:
    body = "\n".join(_letters(rng, 64) for _ in range(3))
    return f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"


def _grouped(text: str, n: int, mark: str) -> str:
    return mark.join(text[i : i + n] for i in range(0, len(text), n))


SHAPES: dict[str, Callable[[Rng], str]] = {
    "email": lambda r: f"{_letters(r, 10)}.{_letters(r, 9)}@{_letters(r, 8)}.example.com",
    "card": card,
    "card-groups": lambda r: _grouped(card(r), 4, r.choice(" -")),
    "amex": lambda r: card(r, "37", 15),
    "iban": iban,
    "iban-groups": lambda r: _grouped(iban(r), 4, " "),
    "phone-de": lambda r: f"+49 151 {r.choice('123456789')}{_digits(r, 7)}",
    "phone-uk": lambda r: f"+44 7911 {r.choice('123456789')}{_digits(r, 5)}",
    "phone-us": lambda r: f"({r.randint(201, 989)}) {r.randint(200, 999)}-{_digits(r, 4)}",
    "ssn": lambda r: f"{r.randint(100, 665)}-{r.randint(10, 99)}-{r.randint(1000, 9999)}",
    "jwt": jwt,
    "bearer": lambda r: f"Bearer {_letters(r, 24)}",
    "basic": lambda r: "Basic " + base64.b64encode(f"{_letters(r, 9)}:{_letters(r, 12)}".encode()).decode(),
    "aws-access-key": lambda r: "AK" + "IA" + _letters(r, 16, string.ascii_uppercase + string.digits),
    "aws-temporary-key": lambda r: "AS" + "IA" + _letters(r, 16, string.ascii_uppercase + string.digits),
    "aws-secret-key": lambda r: _letters(r, 38) + "/" + _letters(r, 3)[:1],
    "aws-session-token": lambda r: "IQo" + "Jb3JpZ2luX2Vj" + _letters(r, 200),
    "pem": _pem,
    "url-password": lambda r: f"postgres://app:{_letters(r, 14)}@db.example.com:5432/orders",
    "github": lambda r: "gh" + "p_" + _letters(r, 36),
    "gitlab": lambda r: "gl" + "pat-" + _letters(r, 20),
    "slack": lambda r: "xo" + f"xb-{_digits(r, 12)}-{_letters(r, 24)}",
    "stripe": lambda r: "sk_" + "live_" + _letters(r, 24),
    "google": lambda r: "AI" + "za" + _letters(r, 35),
    "openai": lambda r: "sk-" + "proj-" + _letters(r, 40),
    "anthropic": lambda r: "sk-" + "ant-api03-" + _letters(r, 40),
    "npm": lambda r: "np" + "m_" + _letters(r, 36),
    "pypi": lambda r: "py" + "pi-AgEIcHlwaS5vcmc" + _letters(r, 60),
    "sendgrid": lambda r: "S" + f"G.{_letters(r, 22)}.{_letters(r, 43)}",
    "twilio": lambda r: "S" + "K" + _hex(r, 32),
    "azure": lambda r: f"{_letters(r, 4)[1:]}8Q~{_letters(r, 34)}",
    "signed-url": lambda r: f"https://b.s3.amazonaws.com/k?X-Amz-Signature={_hex(r, 64)}",
}
# Parts of a shape that may stay: the user and host of a URL, the words around a token.
_KEPT = re.compile(r"postgres://app:|@db\.example\.com:5432/orders|https://b\.s3\.amazonaws\.com/k\?X-Amz-Signature=")
_SECRET_PART = re.compile(r"^(?:Bearer|Basic) ")

KEY_NAMES = (
    "password userPassword user_password USER_PASSWORD db.password DbPasswd pwd passphrase userpassword"
    " secret clientSecret client_secret client-secret mySecret api_secret_value"
    " token accessToken access_token refreshToken id_token X-Amz-Security-Token sessionToken bearer_token csrfToken"
    " authorization Authorization Proxy-Authorization x-auth authHeader auth"
    " cookie Cookie Set-Cookie cookies"
    " credentials awsCredentials api_key apiKey x-api-key X-API-KEY APIKey accessKey secretAccessKey"
    " privateKey private_key signing-key ocp-apim-subscription-key AccountKey SharedAccessKey connectionString"
    " ssn cvv cvc2 pin user_pin iban cardNumber card_number accountNumber dob date_of_birth"
)


def _plain_secret(rng: Rng) -> str:
    return rng.choice((_letters(rng, 14), _letters(rng, 9) + rng.choice("!$*+/=~^") + _letters(rng, 9)))


def _canary(kind: str, rng: Rng) -> tuple[Canary, str]:
    """The canary, and the text to plant."""
    if kind.startswith("key:"):
        secret = _plain_secret(rng)
        return Canary("key", secret, kind[4:]), secret
    text = SHAPES[kind](rng)
    return Canary(kind, _SECRET_PART.sub("", _KEPT.sub("", text))), text


# -- carriers: how a secret travels inside text

_TEXT: dict[str, Callable[[str], str]] = {
    "bare": lambda s: s,
    "sentence": lambda s: f"the customer said {s} and left",
    "line": lambda s: f"first line\n{s}\nlast line",
    "json": lambda s: json.dumps({"n": 1.0, "note": s}),
    "json key": lambda s: json.dumps({s: 1}),
    "json in json": lambda s: json.dumps({"body": json.dumps({"inner": json.dumps([{"note": s}])})}),
    "after tabs": lambda s: (
        "2026-11-22T07:31:02.120Z\t8edab1f8-7d34-4a8e-a965-15ccbbb78d4c\tINFO\t" + json.dumps({"m": s})
    ),
    "json string": lambda s: json.dumps(json.dumps({"m": s})),
    "repr": lambda s: f"event { ({'note': s, 'n': 2})!r} done",
    "escaped": lambda s: "msg=" + json.dumps(json.dumps({"m": s}))[1:-1],
    "url": lambda s: f"GET https://example.com/a?q={quote(s, safe='')}&n=1",
    "stack": lambda s: f'Traceback (most recent call last):\n  File "app.py", line 3, in f\nValueError: bad input {s}',
    "base64": lambda s: base64.b64encode(json.dumps({"note": s, "n": 1}).encode()).decode(),
}
_PAIR: dict[str, Callable[[str, str], str]] = {
    "assignment": lambda k, s: f"started {k}={s} user=bob",
    "header": lambda k, s: f"GET /\n{k}: {s}\nHost: example.com",
    "json": lambda k, s: json.dumps({"a": {k: s}}),
    "json list": lambda k, s: json.dumps({"a": {k: [s, {"x": s}]}}),
    "json in json": lambda k, s: "INFO\t" + json.dumps({"body": json.dumps({"x": json.dumps({k: s})})}),
    "cut json": lambda k, s: json.dumps({"a": 1, "b": {k: s}})[:-2],
    "cut value": lambda k, s: json.dumps({"a": 1, "b": {k: s + "Z"}})[:-4],
    "escaped": lambda k, s: "raw " + json.dumps(json.dumps({k: s}))[1:-1] + " end",
    "repr": lambda k, s: f"environ({ ({k: s, 'PATH': '/bin'})!r})",
    "xml": lambda k, s: f"<login><{k}>{html.escape(s)}</{k}></login>",
    "option": lambda k, s: f"exec tool --{k} {s} --verbose",
    "form": lambda k, s: f"a=1&{k}={quote(s, safe='')}&b=2",
    "dotenv": lambda k, s: f"A=1\nexport {k.upper()}={s}\nB=2\n",
    "name and value": lambda k, s: json.dumps([{"name": k, "value": s}]),
    "otel": lambda k, s: json.dumps({"attributes": [{"key": k, "value": {"stringValue": s}}]}),
    "pairs": lambda k, s: json.dumps({"headers": [["Host", "x"], [k, s]]}),
    "sqs": lambda k, s: json.dumps({"messageAttributes": {k: {"stringValue": s, "dataType": "String"}}}),
}
_PAYLOAD: dict[str, Callable[[str, str], Any]] = {
    "value": lambda k, s: {"deep": [{"er": {k: s}}]},
    "list": lambda k, s: {k: [s, s]},
    "dict": lambda k, s: {k: {"inner": {"most": s}, s: 1}},
    "name and value": lambda k, s: [{"Name": k, "Value": s}],
    "typed": lambda k, s: {k: {"S": s}},
    "pair": lambda k, s: {"headers": [[k, s]]},
    "argv": lambda k, s: {"argv": ["tool", f"--{k}", s, "--verbose"]},
    "raw headers": lambda k, s: {"rawHeaders": ["Host", "x", k, s]},
}


def carried(kind: str, seed: int) -> list[tuple[Canary, str, Any]]:
    """One canary of this kind in each way to carry it: as text, or as payload."""
    rng = random.Random(seed)
    canary, text = _canary(kind, rng)
    if not canary.name:
        return [(canary, how, carry(text)) for how, carry in _TEXT.items()]
    ways = [(canary, how, carry(canary.name, text)) for how, carry in _PAIR.items()]
    return ways + [(canary, f"payload {how}", carry(canary.name, text)) for how, carry in _PAYLOAD.items()]


# -- innocent values: what reports need, and what looks like a secret but is none

_INNOCENT: tuple[Callable[[Rng], str], ...] = (
    lambda r: "",
    lambda r: r.choice(
        ("the order was shipped", "secret_santa_party_2025", "token-ring-adapter-2000x", "author: nobody")
    ),
    lambda r: str(uuid.UUID(int=r.getrandbits(128), version=4)),
    lambda r: str(r.randint(1_600_000_000, 1_900_000_000)),
    lambda r: str(r.randint(1_600_000_000_000, 1_900_000_000_000)),
    lambda r: str(r.randint(1_600_000_000_000_000_000, 1_900_000_000_000_000_000)),
    lambda r: f"1-{_hex(r, 8)}-{_hex(r, 24)}",
    lambda r: _hex(r, r.choice((16, 32, 40, 64))),
    lambda r: f"itk-{_hex(r, 20)}",
    lambda r: f"arn:aws:sqs:eu-west-1:{_digits(r, 12)}:orders",
    lambda r: f"arn:aws:secretsmanager:eu-west-1:{_digits(r, 12)}:secret:prod/db-{_letters(r, 6)}",
    lambda r: f"https://sqs.eu-west-1.amazonaws.com/{_digits(r, 12)}/orders",
    lambda r: f"2026/11/22/[$LATEST]{_hex(r, 32)}",
    lambda r: f"order {r.randint(100_000_000, 9_999_999_999)} took {r.randint(1, 9999)}.{_digits(r, 2)} ms",
    lambda r: f"2026-11-22T07:31:{r.randint(10, 59)}.{_digits(r, 6)}Z v1.{r.randint(0, 99)}.3",
    lambda r: json.dumps({"order_id": _digits(r, 9), "ratio": r.random(), "input_tokens": r.randint(0, 9999)}),
    lambda r: (
        f"REPORT RequestId: {uuid.UUID(int=r.getrandbits(128))}\tDuration: {r.randint(1, 9999)}.{_digits(r, 2)} ms"
    ),
)

_SALT_NAMES = tuple(KEY_NAMES.split())
KINDS = (*SHAPES, *(f"key:{name}" for name in _SALT_NAMES))


class _Builder:
    """Fills structs; `plan` says at which of the text slots, in order, a canary goes."""

    def __init__(self, rng: Rng, plan: dict[int, tuple[str, int]]) -> None:
        self.rng, self.plan = rng, plan
        self.slots = 0
        self.within: list[type] = []
        self.canaries: list[Canary] = []

    def struct(self, cls: type[msgspec.Struct]) -> Any:
        hints = typing.get_type_hints(cls)
        values = {}
        self.within.append(cls)
        for name in cls.__struct_fields__:
            shape = OWN_HASHES.get(cls, {}).get(name)
            if name == "schema_version":
                continue
            values[name] = self._own(shape[0], hints[name]) if shape else self.value(hints[name])
        self.within.pop()
        return cls(**values)

    def _own(self, shape: re.Pattern[str], hint: Any) -> Any:
        digits = {"itk-[0-9a-f]{20}|": 20, "[0-9a-f]{32}|": 32}.get(shape.pattern, 16)
        own = ("itk-" if digits == 20 else "") + _hex(self.rng, digits)
        return (own,) if typing.get_origin(hint) is tuple else own

    def value(self, hint: Any) -> Any:
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        if hint is str:
            return self._slot(payload=False)
        if hint is Any:
            return self._slot(payload=True)
        if hint in (int, float, bool):
            return {int: self.rng.randint(0, 2_000_000_000_000_000_000), float: 1.5, bool: True}[hint]
        if origin is Literal:
            return self.rng.choice(args)
        if origin in (Union, types.UnionType):
            return self.value(self.rng.choice([arg for arg in args if arg is not type(None)]))
        if origin is tuple and self.within.count(args[0]) > 1:
            return ()  # a receipt holds those of its turns, which hold none
        if origin is tuple:
            return tuple(self.value(args[0]) for _ in range(2))
        if origin is dict:
            return {f"id_{n}": self.value(args[1]) for n in range(2)} | {self._key(): "y"}
        return self.struct(hint)

    def _key(self) -> str:
        planned = self.slots in self.plan
        slot = self._slot(payload=False)
        return slot if planned else "note"  # many an innocent value makes a sensitive key

    def _slot(self, *, payload: bool) -> Any:
        innocent = self.rng.choice(_INNOCENT)(self.rng)
        planned = self.plan.get(self.slots)
        self.slots += 1
        if planned is None:
            return {"innocent": [innocent, 1, 2.5, None]} if payload else innocent
        kind, choice = planned
        canary, text = _canary(kind, self.rng)
        self.canaries.append(canary)
        if canary.name and payload and choice % 3:
            carriers = list(_PAYLOAD.values())
            return carriers[choice % len(carriers)](canary.name, text)
        if canary.name:
            pairs = list(_PAIR.values())
            carried = pairs[choice % len(pairs)](canary.name, text)
        else:
            texts = list(_TEXT.values())
            carried = texts[choice % len(texts)](text)
            if payload and kind == "card" and choice % 5 == 0:
                return {"n": int(text)}
        return {"innocent": innocent, "carried": [carried]} if payload else carried


def build(seed: int, plan: dict[int, tuple[str, int]] | None = None) -> Planted:
    """A result with every field filled; `plan`: slot -> kind of canary, choice of carrier."""
    builder = _Builder(random.Random(seed), plan or {})
    result = builder.struct(RunResult)
    return Planted(result, tuple(builder.canaries), f"build({seed}, {plan})")


def _slots() -> int:
    builder = _Builder(random.Random(0), {})
    builder.struct(RunResult)
    return builder.slots


@st.composite
def planted_runs(draw: st.DrawFn, most: int = 12) -> Planted:
    """Full results with 1 to `most` canaries of any kind, anywhere."""
    plan = draw(
        st.dictionaries(
            st.integers(0, _slots() - 1),
            st.tuples(st.sampled_from(KINDS), st.integers(0, 1000)),
            min_size=1,
            max_size=most,
        )
    )
    return build(draw(st.integers(0, 2**32)), plan)


def innocent_runs() -> st.SearchStrategy[Planted]:
    """Full results without a secret."""
    return st.integers(0, 2**32).map(build)
