"""ministack's names that we use, some of them private: a release that moves one fails here, by name."""

from __future__ import annotations

import importlib
import inspect
from importlib.metadata import version

import pytest

from itk.sandbox.server.ministack_names import NAMES

pytest.importorskip("ministack", reason="the sandbox extra is not installed")


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in NAMES.items() for name in names])
def test_the_name_is_there(module: str, name: str) -> None:
    assert hasattr(importlib.import_module(module), name), f"ministack {version('ministack')} has no {module}.{name}"


@pytest.mark.parametrize(
    ("module", "name", "parameters"),
    [
        ("lambda_svc", "_execute_function_dispatch", ["func", "config", "event", "request_id", "started"]),
        ("lambda_svc", "_execute_function", ["func", "event"]),
        ("lambda_svc", "_get_func_record_for_ref_in_scope", ["function_ref", "account_id", "region"]),
        ("lambda_svc", "_resolve_layer_zip", ["attachment"]),
        ("lambda_svc", "_execution_record_for_config", ["func", "config"]),
        ("lambda_svc", "invoke_async_with_retry", ["func", "event"]),
        ("lambda_svc", "_execute_function_with_config_scope", ["func", "event"]),
        ("lambda_svc", "_route_async_failure", ["target_arn", "func_name", "event", "result"]),
        ("sqs", "_ensure_msg_fields", ["m"]),
        ("stepfunctions", "_add_event", ["execution", "event_type", "details"]),
        ("stepfunctions", "_invoke_resource", ["resource", "input_data"]),
        ("sqs", "_act_send_message", ["data", "qurl"]),
        ("sqs", "_receive_messages_for_esm", ["queue_url", "max_number"]),
    ],
)
def test_the_signature_is_the_one_we_call(module: str, name: str, parameters: list[str]) -> None:
    function = getattr(importlib.import_module(f"ministack.services.{module}"), name)
    assert list(inspect.signature(function).parameters) == parameters


def test_an_s3_event_takes_more_for_its_record() -> None:
    fire = importlib.import_module("ministack.services.s3")._fire_s3_event_async
    assert "record_extra" in inspect.signature(fire).parameters


def test_a_queued_message_has_the_fields_we_read() -> None:
    source = inspect.getsource(importlib.import_module("ministack.services.sqs")._act_send_message)
    assert all(f'"{field}"' in source for field in ("sent_at", "visible_at", "messages"))
