"""Many calls in one request, by `tool_mobile_call_external_functions`.

Moodle runs the calls in order and stops at the first that fails; what ran before stays done. So answers
are matched by position, and what follows the failed call must be sent again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from moodle_sync.answers import error_of
from moodle_sync.encoding import Call, batch_args
from moodle_sync.errors import BrokenAnswer, MoodleError
from moodle_sync.needs import BATCH

# Two variables a call under the smallest usual `max_input_vars` (1,000), and far below the smallest usual
# limit of a body (1 MB before nginx). Cyrillic grows sixfold in a form.
MOST_CALLS = 100
MOST_CHARACTERS = 60_000
# A membership is the dearest thing that we write: 2 ms of an idle Moodle, 4 of a busy one. A request that
# takes a minute is cut off by somebody on the way.
MOST_MEMBERS = 600


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of a batch brought. `sent` is False when the call never left us."""

    value: Any = None
    error: MoodleError | None = None
    sent: bool = True

    def get(self) -> Any:
        """The value; raises the error."""
        if self.error is not None:
            raise self.error
        return self.value


def first_chunk(calls: Sequence[Call], most: int = MOST_CALLS) -> Sequence[Call]:
    """As many of the first calls as one request holds, `most` at most; at least one."""
    characters = members = 0
    for position, call in enumerate(calls[:most]):
        characters += len(json.dumps(call.args, ensure_ascii=False))
        members += len(call.args.get("members", ()))
        if position and (characters > MOST_CHARACTERS or members > MOST_MEMBERS):
            return calls[:position]
    return calls[:most]


def wrap(calls: Sequence[Call]) -> Call:
    """One call that carries many."""
    return Call(BATCH, batch_args(calls))


def match(calls: Sequence[Call], answer: Any) -> list[Answer]:
    """An answer to each call that ran: one to all of them, in order.

    Raises `BrokenAnswer` when the wrapper's answer does not hold what it promises: fewer answers than
    calls although none failed, or none at all.
    """
    responses = answer.get("responses") if isinstance(answer, dict) else None
    if not isinstance(responses, list) or not 0 < len(responses) <= len(calls):
        raise BrokenAnswer(BATCH)
    answers = [_one(call, response) for call, response in zip(calls, responses, strict=False)]
    if len(answers) < len(calls) and answers[-1].error is None:
        raise BrokenAnswer(BATCH)
    return answers


def _one(call: Call, response: Any) -> Answer:
    try:
        if response["error"]:
            return Answer(error=error_of(call.function, json.loads(response["exception"])))
        data = response["data"]
        return Answer(None if data is None else json.loads(data))
    except (KeyError, TypeError, ValueError, RecursionError):
        raise BrokenAnswer(BATCH) from None
