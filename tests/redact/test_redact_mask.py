"""What must go, in the shapes it comes in. `<...>` marks the secret: nothing of it may stay, all around it must."""

from __future__ import annotations

import json
import re

import pytest

from itk.redact import Redactor
from itk.redact.masks import MASK
from tests.redact.strategies import KEY_NAMES

REDACTOR = Redactor(salt=b"a salt for tests")


def _joined(text: str) -> str:
    """`¦` keeps scanners of repositories from taking an example for a leak."""
    return text.replace("¦", "")


ROWS = {
    "leaks of the public kit": [
        "token <ey¦JhbGciOiJIUzI1NiJ9.ey¦JzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P>",
        "<AS¦IAIOSFODNN7EXAMPLE>",
        "<AK¦IAIOSFODNN7EXAMPLE>",
        "<wJalrXUtnFEMI/K7MDENG/bPxRfiCYEX¦AMPLEKEY>",
        "aws_session_token = <IQo¦Jb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx>",
        "Bearer <x.y>",
        "<gh¦p_0123456789abcdefghijABCDEFGHIJ012345>",
        "amex <378282246310005>",
        "call <+44 7911 123456>",
        "call <+49 30 12345678>",
        "call <+1 (415) 555-0100>",
        "from <203.0.113.9>",
        "pay to <DE89370400440532013000>",
        "login password=<hunter2>",
        "postgres://app:<s3cr3t>@db:5432/x",
        "mail <bob@example.com>",
        "ssn <123-45-6789>",
        "card <4111111111111111>",
    ],
    "people": [
        "<alice.o'hara+tag@mail.example.co.uk> wrote",
        "Alice (<alice@example.com>).",
        "<ALICE@EXAMPLE.COM>, <bob_1@a-b.example>",
        "<jürgen@münchen.example>",
        r"<alice\u0040example.com>",
        "<4111 1111 1111 1111>",
        "<4111-1111-1111-1111> 12/29",
        "<3782 822463 10005>",
        "<5555555555554444>",
        "<2223003122003222>",
        "<6011111111111117>",
        "<3530111333300000>",
        "<30569309025904>",
        "card_<4111111111111111>.json",
        "<DE89 3704 0044 0532 0130 00> thanks",
        "<GB82 WEST 1234 5698 7654 32>",
        "<NO9386011117947>",
        "<078-05-1120>",
        "ssn <123 45 6789>",
        "<(415) 555-0100>",
        "<415-555-0100>",
        "<415.555.0100>",
        "<1-415-555-0100>",
        "<555 123 4567>",
        "<+4915112345678>",
        "<+33 6 12 34 56 78>",
        "<07911 123456>",
        "<020 7946 0958>",
        "<06 12 34 56 78>",
        "<0151 12345678>",
        "<0044 7911 123456>",
        "<8.8.8.8>",
        "<2001:db8::1>",
        "<2001:0db8:85a3:0000:0000:8a2e:0370:7334>",
    ],
    "names beside values": [
        "password: <hunter2>",
        "password: <correct horse battery staple>",
        "passphrase: <a b c>, next",
        "db.password=<hunter2>;user=x",
        "password=<a,b;c>",
        "password=<hun&ter2>&a=1",
        "(password=<x1>)",
        "User{name=bob, password=<x1>, id=3}",
        "'password': '<x y>'",
        "'password': b'<x y>'",
        "{'a': 1, 'password': '<it\\'s>', 'b': 2}",
        '"password" : "<a\\"b>"',
        r"{\"password\": \"<x1>\", \"b\": 1}",
        r"{\\\"password\\\":\\\"<x1>\\\",\\\"b\\\":1}",
        '{"a": "b", "password": "<hunter2',
        '{"a": "b", "password": <12345',
        '{"a": "b", "secrets": <{"x": "y", "z": ["a"',
        "{&quot;password&quot;: &quot;<x1>&quot;}",
        "password => '\x00x1\x01'",
        "password := <x1>",
        "os.environ['API_KEY'] = '<x1>'",
        "user[password]=<x1>&a=1",
        "user%5Bpassword%5D=<x1>&a=1",
        "export DB_PASSWORD=<two words>",
        "A=1\nDB_PASSWORD=<two words>\nB=2",
        "API key: <x1>",
        "client secret = <x1>",
        "my password is <hunter2>",
        "your OTP is <123456>",
        "Server=x;User Id=sa;Password=<p w>;Database=d",
        "[('host', 'x'), ('authorization', '<Bearer x>'), (b'cookie', b'<a=1>')]",
        "curl -u bob:<s3cret> https://a.example/",
        "Authorization: <ApiKey abc def>\nHost: x",
        "Authorization: <Basic dXNlcjpwYXNz>",
        "Authorization: <Bearer abc>",
        "curl -H 'Authorization: <Bearer abc>' -d x",
        'Authorization: <Digest username="M", response="6629fae4">\nHost: x',
        "authorization=<Bearer abc> host=x",
        "X-Api-Key: <x1>",
        "Cookie: <a=b; c=d>\nHost: x",
        "Set-Cookie: <sid=38afes7a8; Path=/; HttpOnly>",
        "<password>&lt;x1&gt;</password>".replace("<password>&lt;x1&gt;<", "<password>\x00x1\x01<"),
        "<ns:apiKey id='1'>\x00x1\x01</ns:apiKey>",
        "<credentials>\x00<user>u</user><pw>p</pw>\x01</credentials>",
        "tool --password <x1> --verbose",
        "tool --password=<x1> --verbose",
        "tool --api-key '<x 1>'",
        "['tool', '--password', '<x1>']",
        "https://a.example/p?X-Amz-Signature=<abc1>&X-Amz-Expires=60",
        "https://a.example/p?X-Amz-Security-Token=<abc1>&x=1",
        "https://a.example/p?x=1&sig=<abc%2Bd>&se=2026",
        "https://a.example/p?access_token=<abc1>",
        "https://<tok123>@github.com/x",
        "redis://:<pw1>@cache:6379/0",
        "mongodb://u:<p@ss>@h/db",
        "amqp://u:<p/w1>@h/vhost",
        "q=password%3D<x1>%26a%3D1",
        "AccountName=a;AccountKey=<abc123==>;EndpointSuffix=core",
        "Endpoint=sb://x/;SharedAccessKey=<abc123=>",
    ],
    "tokens of vendors": [
        "<gh¦o_0123456789abcdefghijABCDEFGHIJ012345>",
        "<github_p¦at_11ABCDEFG0123456789_abcdefghijklmnop>",
        "<gl¦pat-0123456789abcdefghij>",
        "<xo¦xb-123456789012-abcdefghijkl>",
        "https://hooks.slack.com/services/<T000/B000/XX¦XXYYYYZZZZ>",
        "<sk_¦live_0123456789abcdef>",
        "<wh¦sec_0123456789abcdef>",
        "<AI¦zaSyA0123456789abcdefghijklmnopqrstuv>",
        "<ya2¦9.a0AfH6SMBx>",
        "<GOC¦SPX-0123456789abcdefghij>",
        "<sk-¦proj-0123456789abcdefghijABCDEF>",
        "<sk-¦ant-api03-0123456789abcdef>",
        "<np¦m_0123456789abcdefghijABCDEFGHIJ012345>",
        "<py¦pi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwMDAwMDAw>",
        "<S¦G.0123456789abcdefghij01.0123456789abcdefghij0123456789abcdefghij012>",
        "<S¦K0123456789abcdef0123456789abcdef>",
        "<hf¦_0123456789abcdefghijABCDEFGHIJ0123>",
        "<hv¦s.0123456789abcdefghijABCD>",
        "<AB¦SK0123456789abcdefghijABCDEFGHIJ0123456789abcdefghijABCDEFGHIJ>",
        "<12345678:A¦A0123456789abcdefghijABCDEFGHIJ012>",
        "<abc8¦Q~0123456789abcdefghijABCDEFGHIJ0123>",
        "<0123456789abcdef0123456789abcdef-us¦12>",
        "<dap¦i0123456789abcdef0123456789abcdef>",
        "basic <dXNlcjpwYXNz>",
        "<-----BEGIN EC PRIVATE ¦KEY-----\nabc\n-----END EC PRIVATE KEY-----> after",
        "<-----BEGIN OPENSSH PRIVATE ¦KEY-----\nb3BlbnNza>",
        "<-----BEGIN PRIVATE ¦KEY-----\\nMIIE\\n-----END PRIVATE KEY----->",
    ],
}


def _spans(row: str) -> tuple[str, list[str], list[str]]:
    """The text, its secrets, and what stands around them."""
    row = _joined(row)
    opening, closing = ("\x00", "\x01") if "\x00" in row else ("<", ">")
    parts = re.split(f"{opening}(.*?)(?:{closing}(?![a-z]*>)|$)", row, flags=re.DOTALL)
    return (
        row.replace(opening, "").replace(closing, "") if opening == "<" else row.translate({0: "", 1: ""}),
        parts[1::2],
        parts[::2],
    )


@pytest.mark.parametrize("row", [row for group in ROWS.values() for row in group])
def test_secret_goes_and_the_rest_stays(row: str) -> None:
    text, secrets, around = _spans(row)
    out = REDACTOR.text(text)

    assert all(secret not in out for secret in secrets)
    assert MASK.split(out) == around
    assert REDACTOR.text(out) == out


@pytest.mark.parametrize("name", KEY_NAMES.split())
@pytest.mark.parametrize("value", ["hunter2", 12345, [1, 2], {"a": "b"}, 1.5], ids=str)
def test_value_under_a_sensitive_key_goes(name: str, value: object) -> None:
    """Scalars, lists and dicts; in payloads and in JSON text."""
    for out in (REDACTOR.value({name: value}), json.loads(REDACTOR.text(json.dumps({name: value})))):
        assert MASK.fullmatch(out[name])


PAYLOADS = [
    [{"name": "Authorization", "value": "SECRET"}],
    {"Name": "password", "Value": "SECRET"},
    {"key": "x-api-key", "value": "SECRET"},
    {"k": "x-api-key", "v": "SECRET"},
    {"parameterName": "/prod/db/password", "parameterValue": "SECRET"},
    {"Name": "/prod/x", "Type": "SecureString", "Value": "SECRET"},
    [{"key": "http.request.header.authorization", "value": {"stringValue": "SECRET"}}],
    {"messageAttributes": {"password": {"stringValue": "SECRET", "dataType": "String"}}},
    {"password": {"S": "SECRET"}},
    {"headers": {"Set-Cookie": ["SECRET=1", "SECRET=2"]}},
    {"headers": [["Authorization", "SECRET=1"]]},
    [("Cookie", "SECRET=1"), ("Host", "x")],
    ["Authorization", "SECRET=1"],
    {"rawHeaders": ["Host", "x", "Cookie", "SECRET"]},
    ["tool", "--password", "SECRET", "-v"],
    {"body": json.dumps({"password": "SECRET"})},
    {"body": json.dumps(json.dumps({"password": "SECRET"}))},
    {"body": "password=SECRET&a=1"},
    {"bob@SECRET.example": 1},
    {"tokens": ["SECRET-1", "SECRET-2"]},
    {"tokens": {"access": "SECRET"}},
    {"data": b"password=SECRET"},
    {"set": {"password=SECRET"}},
]


@pytest.mark.parametrize("payload", PAYLOADS, ids=str)
def test_names_and_values_that_stand_apart(payload: object) -> None:
    out = REDACTOR.value(payload)

    assert "SECRET" not in repr(out)
    assert "[redacted:" in repr(out)
    assert REDACTOR.value(out) == out


def test_a_typed_value_keeps_its_shape() -> None:
    """Formats read `stringValue` of a recorded message attribute."""
    out = REDACTOR.value({"password": {"stringValue": "x", "dataType": "String"}})

    assert out["password"]["dataType"] == "String"
    assert MASK.fullmatch(out["password"]["stringValue"])


def test_card_numbers_as_numbers_go() -> None:
    assert MASK.fullmatch(REDACTOR.value({"n": 4111111111111111})["n"])
    assert json.loads(REDACTOR.text('{"n":4111111111111111,"m":1.0}'))["m"] == 1.0


def test_json_stays_json_and_numbers_keep_their_text() -> None:
    text = '{"b":1.0,"a":123456789012345678901234567890,"password":"x","b":1e3,"s":"\\ud800"}'
    out = REDACTOR.text(text)

    assert MASK.sub("x", out) == text


def test_base64_of_json_is_read() -> None:
    import base64

    def wrap(value: object) -> str:
        return base64.b64encode(json.dumps(value).encode()).decode()

    out = REDACTOR.text(wrap({"password": "hunter2", "n": 1}))
    assert json.loads(base64.b64decode(out))["n"] == 1
    assert MASK.fullmatch(json.loads(base64.b64decode(out))["password"])
    assert REDACTOR.text(wrap({"n": 1, "order": "42"})) == wrap({"n": 1, "order": "42"})
