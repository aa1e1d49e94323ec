"""What must stay: ids that joins need, times, versions, names that only look like secrets."""

from __future__ import annotations

import json

import pytest

from itk.redact import Redactor

REDACTOR = Redactor(salt=b"a salt for tests")

TEXTS = {
    "false positives of the public kit": [
        "1700000000",
        "1763796662",
        "order 123456789 shipped",
        "order 9876543210 shipped",
        "8edab1f8-7d34-4a8e-a965-123456789012",
        "12345678-1234-4234-8234-123456789012",
        "secret_santa_party_2025",
        "token-ring-adapter-2000x",
    ],
    "times": [
        "1763796662120",
        "1763796662120131",
        "1763796662120131840",
        "1763796662.120131",
        "2026-11-22T07:31:02.120131Z",
        "2026-11-22 07:31:02,494+0000",
        "2026-11-22T07:31:02+01:00",
        "Sun, 22 Nov 2026 07:31:02 GMT",
        "22/Nov/2026:07:31:02 +0000",
        "07:31:02.120",
        "2026-11-22",
        "22.11.2026",
        "11-22-2026",
        "20261122T073102Z",
        "P1DT2H30M",
    ],
    "ids": [
        "1-58406520-a006649127e371903a2de979",
        "Root=1-5d83c0ad-b8eb33a0b1de97d804fac890;Parent=31255c3b19bd3637;Sampled=1",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "00f067aa0ba902b7",
        "4111111111111112",  # no check digit
        "1234567890123456",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "itk-0123456789abcdef0123",
        "arn:aws:lambda:eu-west-1:123456789012:function:intake:12",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
        "arn:aws:iam::123456789012:role/token-service",
        "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-queue",
        "2026/11/22/[$LATEST]20bddfd5a2dc4c6b97ac02800eae90d0",
        "35311576111948622874033876462979853992919938886093242368",
        "7GFNQ4C1M3J2V8K5H9Q0R6T1B4VV4KQNSO5AEMVJF66Q9ASUAAJG",  # DynamoDB request id
        "dd.trace_id=3172564172058669914 dd.span_id=14292093692483532556",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",  # SHA-1
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",  # SHA-256
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "JKVvmhiDFdG29Ie1fN0kOiKeNrCKmQs0rDaU3w==",
        "c6af9ac6-7b61-11e6-9a41-93e812345678",
        "TSTALIASID/KB12345678",
        "AROAEXAMPLEID3JUQFXYZ:session",  # id of a role, no secret
        "X-Amzn-RequestId: 8edab1f8-7d34-4a8e-a965-15ccbbb78d4c",
        "session_id=383c4a9c-0001-4a8e-a965-15ccbbb78d4c",
        "correlation_id: order-123456789",
        "be71096830903147",
    ],
    "numbers": [
        "Duration: 1711.87 ms\tBilled Duration: 1800 ms\tMemory Size: 128 MB\tMax Memory Used: 98 MB",
        "0.4111111111111111",
        "4111111111111111.5",
        "1.0",
        "-12.5e-10",
        "555 items, 123 errors, 4567 ok",
        "x=1, y=2, z=3",
        "127.0.0.1:8080",
        "10.1.2.3",
        "192.168.0.14",
        "172.20.1.9",
        "169.254.169.254",
        "python 3.13.1",
        "agent version 5.0.2.126",
        "Chrome/120.0.0.0",
        "boto3/1.35.2 md/Botocore#1.35.2",
        "12:34:56",
        "aa:bb:cc:dd:ee:ff",
        "std::vector::push",
        "page 1 of 10",
        "100-200-300",
        "GTIN 00012345678905",
    ],
    "words": [
        "author: alice",
        "authored by bob",
        "the secretary said so",
        "pinned: 3",
        "tokenization: done",
        "input_tokens=12 output_tokens=34 total_tokens=46 max_tokens: 4096",
        "token_count=5",
        "tokens: 512",
        "cookies_enabled=true",
        "password: null",
        'password=""',
        "password=None",
        "secret_arn=arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf",
        "token_type=Bearer",
        "password_expired=false",
        "key: order-1",
        "partition_key=42",
        "kms_key_id=1234abcd-12ab-34cd-56ef-1234567890ab",
        "monkey=banana",
        "Bearer token is missing",
        "WWW-Authenticate: Bearer realm=api",
        "basic information about the plan",
        "the password is wrong",
        "the password is not set",
        "unexpected token < in JSON at position 0",
        "git@github.com:org/repo.git",
        "lodash@4.17.21",
        "function:name@edge",
        "ebdb@x.cpamxznpdoq8.us-west-2.rds.amazonaws.com",
        "-----BEGIN CERTIFICATE-----",
        "keyJsonSerializer.eyJsonThing",
        "sk-learn-something-or-other-model",
        "task-scheduler-for-nightly-batches",
        "/aws/lambda/support-bot-intake",
        "src/components/Foo/barBazQux/indexPage12",
        "getUserByIdAndOrganizationIdWithLockForX",
        "http://localhost:4566/000000000000/orders",
        "https://example.com:8443/path@home",
        "lambda:intake -> queue:orders",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN",  # Bedrock's padding
        "key=$.detail.id",
        "[INFO]\t2026-11-22T07:31:02.120Z\t8edab1f8-7d34-4a8e-a965-15ccbbb78d4c\thello",
        "100% of 20% sold at 5%",
        "",
        " ",
    ],
    "text that is kept byte for byte": [
        '{ "a" : 1.0,\n  "b": [1e3, 123456789012345678901234567890], "a": "\\u00e9" }',
        '{"a":1} and {"b": 2}',
        '"{\\"a\\": 1}"',
        "a%20b%zz",
        "[redacted:email#3fa9c1]",
        "password=[redacted:password#3fa9c1]",
        "[redacted:too-deep]",
        "eyJhIjogMX0=",
    ],
}


@pytest.mark.parametrize("text", [text for group in TEXTS.values() for text in group])
def test_text_stays(text: str) -> None:
    assert REDACTOR.text(text) == text
    assert REDACTOR.text(f"before\n{text}\nafter") == f"before\n{text}\nafter"


VALUES = [
    1763796662,
    1763796662120,
    4111111111111112,
    123456789012,
    3172564172058669914,
    True,
    None,
    1.5,
    {"input_tokens": 1, "output_tokens": 2, "totalTokens": 3, "maxTokens": "4096", "tokens": {"prompt": 1}},
    {"password": None, "hasPassword": True, "cookies_enabled": False, "token": "", "secrets": []},
    {
        "token_type": "Bearer",
        "tokenUse": "access",
        "secretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x",
    },
    {"author": "alice", "authored_at": "2026-11-22", "secretary": "carol", "pinned": 3, "tokenization": "done"},
    {"gen_ai.server.time_to_first_token": 0.01, "auth_time": 1763796662, "authenticated": "yes"},
    {"key": "order_id", "value": "42"},
    {"name": "order-42", "value": 42},
    {"required": ["password", "email"]},
    {"properties": {"password": {"type": "string", "description": "the new password"}}},
    {"agent_version": "5.0.2.126"},
    {"primary_key": "a", "sort_key": "b", "s3_key": "c"},
    {"arn:aws:secretsmanager:eu-west-1:123456789012:secret:x": "ok"},
    {"role": "user", "content": [{"text": "hello"}]},
    ["a", "b"],
    ("x", 1),
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_value_stays(value: object) -> None:
    """The very same object comes back."""
    assert REDACTOR.value(value) is value
    assert REDACTOR.text(json.dumps(value)) == json.dumps(value)
