"""Runs in its own process: `python run_handler.py intake < event.json`. Prints what the handler logs, then its answer.

Modules of a Lambda function read the environment and make their clients when they are imported; a fresh process is the
only honest way to test that, and needs no runtime interface client.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
from types import SimpleNamespace

ANSWER = "ANSWER "

# What the Lambda runtime would have set up. Powertools brings its own handler.
logging.basicConfig(stream=sys.stdout, format="[%(levelname)s]\t%(asctime)s\tREQUEST-ID\t%(message)s")
context = SimpleNamespace(
    function_name="function-under-test",
    memory_limit_in_mb=256,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:function-under-test",
    aws_request_id="8a2c1c55-0000-4000-8000-000000000001",
    get_remaining_time_in_millis=lambda: 30_000,
)
answer = importlib.import_module(sys.argv[1]).handler(json.load(sys.stdin), context)
print(ANSWER + json.dumps(answer), flush=True)
