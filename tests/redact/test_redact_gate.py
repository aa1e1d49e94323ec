"""The gate itself: tags, the fields that stay, what comes back from disk, limits, and what users add."""

from __future__ import annotations

import ast
import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import msgspec
import pytest

import itk.redact
from itk.errors import ItkError, UsageError
from itk.model.evidence import LogEvent
from itk.model.ids import Id
from itk.model.run import RunResult
from itk.redact import Redactor, keys, nested, numbers, pairs, patterns, redact, reload
from itk.redact import text as redact_text
from itk.redact.fields import OWN_HASHES, plan
from itk.redact.masks import MASK
from itk.redact.patterns import RULES
from tests.redact.strategies import build, card, iban, jwt

SALT = b"a salt for tests"
REDACTOR = Redactor(salt=SALT)


def _tags(text: str) -> list[str]:
    return [mask.rpartition("#")[2] for mask in MASK.findall(text)]


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter2 and token: hunter2",
        '{"password": "hunter2"} then secret=hunter2',
        "bob@example.com wrote as BOB@EXAMPLE.COM",
        '4111 1111 1111 1111 is 4111-1111-1111-1111 is {"n":4111111111111111} is {"card_number":"4111111111111111"}',
        "+44 7911 123456 and +447911123456",
        "DE89 3704 0044 0532 0130 00 and iban=DE89370400440532013000",
        "Authorization: Bearer abc.def\nBearer abc.def\ntoken=abc.def",
        "https://u:hunter2@h/ password=hunter2",
    ],
)
def test_equal_secrets_have_equal_tags(text: str) -> None:
    """By key or by pattern, in any spelling: a reader sees that both are the same."""
    tags = _tags(REDACTOR.text(text))

    assert len(tags) > 1
    assert len(set(tags)) == 1


def test_the_salt_decides_the_tag() -> None:
    one, other = (_tags(Redactor(salt=salt).text("bob@example.com")) for salt in (b"a", b"b"))
    assert one != other
    with pytest.raises(ValueError, match="salt"):
        Redactor(salt=b"")


def test_overlapping_rules_leave_no_tail() -> None:
    """One rule must not hide the head of a secret from another (PEER, aethersdr#5481)."""
    secret = "bob@example.com:Zq7xK2mN9pR4tV8w:4111111111111111"
    assert MASK.sub("", REDACTOR.text(f"password={secret}")) == "password="


def test_dict_keys_that_become_equal_both_stay() -> None:
    out = REDACTOR.value({"bob@example.com": 1, "BOB@example.com": 2})
    assert sorted(out.values()) == [1, 2]


def test_closed_vocabulary_and_own_hashes_are_the_only_fields_left_alone() -> None:
    for struct, own in OWN_HASHES.items():
        assert set(own) <= set(struct.__struct_fields__)
        assert all(reason for _, reason in own.values())
    kept = {name for name, keep in plan(RunResult) if keep}
    assert kept == {"run_id", "mode", "status"}


def test_a_field_that_holds_something_else_is_text() -> None:
    """An application may log `"span_id": "alice@example.com"`, and a struct takes any word for a Literal."""
    result = build(1).result
    span = result.trace.spans[0]
    bad = msgspec.structs.replace(span, span_id="bob@example.com", kind="bob@example.com")

    clean = REDACTOR.struct(bad)

    assert "bob" not in str(clean)


def test_recorded_events_still_parse_and_join() -> None:
    request_id = "8edab1f8-7d34-4a8e-a965-15ccbbb78d4c"
    body = json.dumps({"messageId": request_id, "body": json.dumps({"password": "hunter2", "itk": "itk-" + "0" * 20})})
    message = f"[INFO]\t2026-11-22T07:31:02.120Z\t{request_id}\t{body}"
    event = LogEvent(group="/aws/lambda/x", stream="2026/11/22/[$LATEST]0", event_id="1", time_ms=1, message=message)

    clean = REDACTOR.struct(event)

    assert isinstance(clean, LogEvent)
    prefix, _, after = clean.message.rpartition("\t")
    assert prefix == message.rpartition("\t")[0]
    assert json.loads(after)["messageId"] == request_id
    assert json.loads(json.loads(after)["body"])["itk"] == "itk-" + "0" * 20
    assert "hunter2" not in clean.message


# -- what users add


@pytest.mark.parametrize("spelling", ["customer_id", "customerId", "CUSTOMER-ID", "customer id", "customerid"])
@pytest.mark.parametrize(
    "name", ["customerId", "customer_id", "x-customer-id", "CustomerID", "billing.customerId.main"]
)
def test_keys_of_the_user_match_in_any_spelling(spelling: str, name: str) -> None:
    redactor = Redactor(keys=[spelling], salt=SALT)

    for value in ("4711", 4711, True, ["a"], {"a": 1}):
        assert MASK.search(str(redactor.value({name: value})[name]))
    assert redactor.text(f"{name.split('.')[0]}=4711" if "." not in name else "customerId=4711").endswith("]")


@pytest.mark.parametrize("name", ["customer", "id", "idCustomer", "customers_id"])
def test_keys_of_the_user_match_whole_words(name: str) -> None:
    assert Redactor(keys=["customer_id"], salt=SALT).value({name: "4711"}) == {name: "4711"}


def test_a_key_of_the_user_may_be_an_id() -> None:
    """Then it goes everywhere, under one tag."""
    redactor = Redactor(keys=["session_id"], salt=SALT)
    by_struct = redactor.struct(Id(kind="session_id", value="abc"))
    by_key = redactor.value({"sessionId": "abc"})

    assert isinstance(by_struct, Id)
    assert by_struct.value == by_key["sessionId"]


def test_patterns_of_the_user() -> None:
    redactor = Redactor(patterns=[r"CUST-\d+", r"room (?P<secret>\w+)"], salt=SALT)

    assert MASK.sub("*", redactor.text("CUST-4711 in room blue")) == "* in room *"
    assert MASK.sub("*", redactor.text('{"a":{"b":"CUST-1"}}')) == '{"a":{"b":"*"}}'
    assert MASK.fullmatch(Redactor(patterns=[r"^47\d\d$"], salt=SALT).value({"n": 4711})["n"])
    twice = Redactor(patterns=[r"\w+"], salt=SALT).text("a b")
    assert Redactor(patterns=[r"\w+"], salt=SALT).text(twice) == twice


def test_bad_settings_are_named() -> None:
    with pytest.raises(UsageError, match="no regular expression"):
        Redactor(patterns=["("], salt=SALT)
    with pytest.raises(UsageError, match="names no key"):
        Redactor(keys=["--"], salt=SALT)


# -- back from disk


def test_reload() -> None:
    run = redact(build(7).result, salt=SALT)
    data = msgspec.json.encode(run.result)

    assert reload(data).result == run.result


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"schema_version": 99}', "upgrade ITK"),
        (b'{"schema_version": 0}', "run `itk run` again"),
        (b'{"schema_version": 1}', "run.json is damaged"),
        (b"{}", "no run.json"),
        (b"\xff", "no run.json"),
        (b"[" * 100_000, "no run.json"),
    ],
)
def test_reload_says_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(ItkError) as caught:
        reload(data)

    assert says in str(caught.value)
    assert caught.value.fix


def test_only_this_package_makes_a_redacted_run() -> None:
    for path in sorted((Path(__file__).parents[2] / "src").rglob("*.py")):
        calls = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)]
        makes = any(isinstance(call.func, ast.Name) and call.func.id == "RedactedRun" for call in calls)
        assert not makes or path.parent.name == "redact", path


def test_it_is_pure() -> None:
    for path in Path(itk.redact.__file__).parent.glob("*.py"):
        names = re.findall(r"^(?:from|import) (\w+)", path.read_text("utf-8"), re.MULTILINE)
        assert not {"os", "time", "random", "pathlib", "socket", "secrets", "subprocess"}.intersection(names), path


# -- limits


def test_deep_values_end() -> None:
    deep: object = "hunter2"
    for _ in range(2000):
        deep = {"a": deep}

    out = json.dumps(REDACTOR.value(deep))
    assert "[redacted:too-deep]" in out
    assert "hunter2" not in out
    assert MASK.fullmatch(REDACTOR.value({"password": deep})["password"])


@pytest.mark.parametrize(
    "text", ['{"a":' * 5000 + '"hunter2"' + "}" * 5000, "[" * 100_000 + "1", '{"a":' * 100_000, "%25" * 9999]
)
def test_deep_text_ends(text: str) -> None:
    out = REDACTOR.text(text)

    assert "hunter2" not in out
    assert REDACTOR.text(out) == out


def test_json_in_json_is_read_at_every_depth() -> None:
    text = json.dumps({"password": "hunter2"})
    for _ in range(12):
        text = json.dumps({"b": text})

    out = REDACTOR.text(text)
    assert "hunter2" not in out
    for _ in range(12):
        out = json.loads(out)["b"]
    assert MASK.fullmatch(json.loads(out)["password"])


def test_lone_surrogates_survive() -> None:
    assert REDACTOR.text("a\ud800b") == "a\ud800b"
    assert REDACTOR.text("\udfff bob@example.com").startswith("\udfff [redacted:email#")
    assert REDACTOR.text("password=\ud800") != "password=\ud800"
    assert REDACTOR.text('{"a":"\\ud800","password":"x"}').startswith('{"a":"\\ud800","password":"[redacted')
    assert REDACTOR.text("a%ED%A0%80b%20password%3Dhunter2").count("hunter2") == 0


def operations(tree: Any, atomic: bool = False) -> Iterator[tuple[str, Any, bool]]:
    """Every operation of a parsed pattern, what it works on, and whether it stands in an atomic group of its own."""
    for operation, value in tree:
        yield str(operation), value, atomic
        for inner in (part for part in _flat(value) if isinstance(part, _parser.SubPattern)):
            yield from operations(inner, atomic=str(operation) == "ATOMIC_GROUP")


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple | list):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def test_unbounded_repeats_never_give_back() -> None:
    """In the patterns for tokens, each `+` and `*` is possessive or atomic, or what follows is not what it repeats."""
    known = {r"([^\s/?#\"'<>]+)(?=@)", r"(?:[A-Za-z0-9\u00a1-\uffff_\-]++\.)+"}
    for rule in RULES:
        source = rule.regex.pattern
        for part in known:
            source = source.replace(part, "")
        for operation, value, atomic in operations(_parser.parse(source)):
            assert atomic or operation != "MAX_REPEAT" or value[1] != _parser.MAXREPEAT, rule


def test_no_group_is_repeated_possessively() -> None:
    """Python before 3.11.5 matches it wrongly (gh-106052), and Debian 12 has 3.11.2: write `(?>(?:...)*)`."""
    for module in (keys, nested, numbers, pairs, patterns, redact_text):
        compiled = [value for value in vars(module).values() if isinstance(value, re.Pattern)]
        for regex in (*compiled, *(rule.regex for rule in RULES)):
            for operation, value, _ in operations(_parser.parse(regex.pattern)):
                if operation == "POSSESSIVE_REPEAT":
                    assert [str(op) for op, _ in value[2]] in (["IN"], ["ANY"], ["LITERAL"], ["NOT_LITERAL"]), regex


# -- lines from real systems

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus lies beside a developer's checkout, not in it")
def test_real_lines_lose_nothing_but_personal_data() -> None:
    """Reviewed once by eye: what goes are e-mail addresses, client addresses, cookies, card numbers and access keys."""
    kinds: dict[str, int] = {}
    for path in sorted(CORPUS.rglob("*")):
        if path.is_file() and path.suffix != ".md":
            out = REDACTOR.text(path.read_text("utf-8", "replace"))
            for mask in MASK.findall(out):
                kind = mask[len("[redacted:") :].partition("#")[0]
                kinds[kind] = kinds.get(kind, 0) + 1

    assert set(kinds) <= {"card", "cookie", "email", "ip", "key"}, kinds


@pytest.mark.skipif(os.environ.get("ITK_HYPOTHESIS") != "thorough", reason="many numbers")
def test_generated_numbers_are_valid() -> None:
    for seed in range(2000):
        rng = random.Random(seed)
        for text in (card(rng), iban(rng), jwt(rng)):
            assert MASK.fullmatch(REDACTOR.text(text)), text
