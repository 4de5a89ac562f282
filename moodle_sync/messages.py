"""Messages inside Moodle, each with an outcome of its own.

One message a call: in a call of several that mixes success and failure Moodle answers with an error although
the good ones were sent, and a retry would send them twice. Nothing here is ever sent again by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from moodle_sync.batch import Answer
from moodle_sync.client import MoodleClient
from moodle_sync.encoding import Call
from moodle_sync.needs import SEND

LONGEST_BYTES = 4096
# A request that times out leaves all its messages unknown.
MESSAGES_A_REQUEST = 20
PLAIN_TEXT = 2


class SendState(StrEnum):
    """What became of one message.

    `UNKNOWN`: it may have arrived; show it, do not send it again. `POSTPONED`: it certainly was not sent,
    for a reason that passes.
    """

    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """Outcome for one recipient; `reason` is a code: ours, or `MoodleError.code`."""

    user_id: int
    state: SendState
    reason: str = ""
    message_id: int | None = None


TOO_LONG = "message_too_long"
EMPTY = "message_empty"
RECIPIENT_REFUSED = "message_recipient_refused"


def send(client: MoodleClient, messages: Sequence[tuple[int, str]]) -> list[SendOutcome]:
    """Send plain text to people by Moodle user id; an outcome for each, in order. Never raises `MoodleError`.

    The text may have 4,096 bytes (2,048 Cyrillic letters). Suspended people are accepted by Moodle and read
    nothing: leave them out before (`people.read_people`).
    """
    outcomes: dict[int, SendOutcome] = {}
    calls: dict[int, Call] = {}
    for position, (user_id, text) in enumerate(messages):
        if not text.strip():
            outcomes[position] = SendOutcome(user_id, SendState.REFUSED, EMPTY)
        elif len(text.encode()) > LONGEST_BYTES:
            outcomes[position] = SendOutcome(user_id, SendState.REFUSED, TOO_LONG)
        else:
            row = {"touserid": user_id, "text": text, "textformat": PLAIN_TEXT, "clientmsgid": str(position)}
            calls[position] = Call(SEND, {"messages": [row]})
    answers = client.batch(list(calls.values()), most=MESSAGES_A_REQUEST)
    for position, answer in zip(calls, answers, strict=True):
        outcomes[position] = _outcome(messages[position][0], answer)
    return [outcomes[position] for position in range(len(messages))]


def _outcome(user_id: int, answer: Answer) -> SendOutcome:
    error = answer.error
    if error is not None:
        if answer.sent and error.unknown:
            return SendOutcome(user_id, SendState.UNKNOWN, error.code)
        passing = error.retry or error.unknown
        return SendOutcome(user_id, SendState.POSTPONED if passing else SendState.REFUSED, error.code)
    try:
        message_id = int(answer.value[0]["msgid"])
    except (IndexError, KeyError, TypeError, ValueError):
        return SendOutcome(user_id, SendState.UNKNOWN, "moodle_broken_answer")
    if message_id < 0:
        return SendOutcome(user_id, SendState.REFUSED, RECIPIENT_REFUSED)
    return SendOutcome(user_id, SendState.SENT, message_id=message_id)
