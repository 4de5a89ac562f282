"""Many functions in one call: `tool_mobile_call_external_functions`."""

from __future__ import annotations

import json
from typing import Any

from moodle_sync.sandbox.errors import MoodleError, invalid_parameter
from moodle_sync.sandbox.rest.functions import Caller, Parameters, call, function
from moodle_sync.sandbox.rest.parameters import Many, Single, Value
from moodle_sync.sandbox.rest.php_json import php_json


@function(
    "tool_mobile_call_external_functions",
    requests=Many(
        Single(
            {
                "function": Value("text"),
                "arguments": Value("text", "{}"),
                "settingraw": Value("bool", False),
                "settingfilter": Value("bool", False),
                "settingfileurl": Value("bool", True),
                "settinglang": Value("text", ""),
            }
        )
    ),
)
def call_external_functions(caller: Caller, given: Parameters) -> object:
    """Run functions one after the other; it stops at the first that fails, and what ran before stays done."""
    if not given["requests"]:
        raise invalid_parameter()
    responses: list[dict[str, Any]] = []
    for request in given["requests"]:
        try:
            answer = call(caller, request["function"], _arguments(request["arguments"]))
        except MoodleError as error:
            responses.append({"error": True, "exception": php_json(error.as_batch_item(caller.base_url))})
            break
        responses.append({"error": False, "data": None if answer is None else php_json(answer)})
    return {"responses": responses}


def _arguments(text: str) -> dict[str, Any]:
    """Arguments that are not a JSON object are taken as none."""
    try:
        arguments = json.loads(text)
    except ValueError:
        return {}
    return arguments if isinstance(arguments, dict) else {}
