"""Production is recognised by whole words."""

from __future__ import annotations

import pytest

from itk.settings import ForbiddenNames
from itk.settings.names import split_patterns


@pytest.mark.parametrize(
    "name",
    [
        "prod",
        "PROD",
        "orders-prod",
        "prod_orders",
        "orders.production.eu",
        "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-prod",
        "arn:aws:lambda:eu-west-1:123456789012:function:ordersProd",
        "ordersPRODQueue",
        "PRODOrders",
        "OrdersPrd",
        "prod2",
        "orders2prod",
        "/aws/lambda/prd",
        "my_PrOd".replace("PrOd", "Prod"),
    ],
)
def test_production_is_recognised(name: str) -> None:
    assert ForbiddenNames().hits(name) is not None


@pytest.mark.parametrize(
    "name",
    ["", "orders-qa", "product-catalogue", "reproduce", "productionist", "non-produce", "prodding", "préprod", "aprd"],
)
def test_other_words_are_not(name: str) -> None:
    assert ForbiddenNames().hits(name) is None


def test_own_patterns_may_span_words() -> None:
    rule = ForbiddenNames(("live-.+", "acme"))

    assert rule.hits("orders-live-eu") == "live-eu"
    assert rule.hits("AcmeOrders") == "Acme"
    assert rule.hits("alive-eu") is None


@pytest.mark.parametrize(
    ("written", "patterns"),
    [
        ("a,b", ["a", "b"]),
        ("a{1,2},[,],(b,c)", ["a{1,2}", "[,]", "(b,c)"]),
        ("a\nb\n", ["a", "b"]),
        (r"a\,b", [r"a\,b"]),
        ('["a,b", "c"]', ["a,b", "c"]),
        ("[A-Z]{4}", ["[A-Z]{4}"]),
        ("", []),
    ],
)
def test_a_list_of_patterns(written: str, patterns: list[str]) -> None:
    assert split_patterns(written) == patterns
