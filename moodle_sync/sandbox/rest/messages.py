"""Personal messages: `core_message_send_instant_messages`."""

from __future__ import annotations

from typing import Any

from moodle_sync.sandbox.errors import no_permission, plain
from moodle_sync.sandbox.html import message_html
from moodle_sync.sandbox.model import Message, User
from moodle_sync.sandbox.rest.functions import Caller, Parameters, function
from moodle_sync.sandbox.rest.parameters import ABSENT, Many, Single, Value

MAX_BYTES = 4096
_TOO_LONG = "The message is longer than the maximum allowed."
_MISSING = "You cannot send a message to a user ID ({id}) that doesn't exist."
_PREFERENCES = "You can't message this user due to their message preferences. Try adding them as a contact."


@function(
    "core_message_send_instant_messages",
    messages=Many(
        Single(
            {
                "touserid": Value("int"),
                "text": Value("text"),
                "textformat": Value("int", 0),
                "clientmsgid": Value("text", ABSENT),
            }
        )
    ),
)
def send_instant_messages(caller: Caller, given: Parameters) -> object:
    """Send messages one by one.

    If some go and some do not, the whole answer is the error `formatnotsupported`, though the good ones went.
    """
    if not caller.moodle.site.messaging:
        raise plain("disabled", "Messaging is disabled on this site")
    caller.must_be_fit()
    if not caller.may("moodle/site:sendmessage"):
        raise no_permission("moodle/site:sendmessage")
    rows = [_send(caller, wanted) for wanted in given["messages"]]
    sent = [row for row in rows if row["msgid"] != -1]
    if sent and len(sent) < len(rows):
        raise plain("formatnotsupported", "webservice/formatnotsupported")
    return rows


def _send(caller: Caller, wanted: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"msgid": -1}
    if "clientmsgid" in wanted:
        row["clientmsgid"] = wanted["clientmsgid"]
    obstacle = _obstacle(caller, wanted)
    if obstacle:
        row["errormessage"] = obstacle
    else:
        message = _store(caller, wanted)
        row["msgid"] = message.id
        row["text"] = message.html
        row["timecreated"] = message.timecreated
        row["conversationid"] = message.conversation_id
        row["useridfrom"] = message.user_from
    row["candeletemessagesforallusers"] = False
    return row


def _obstacle(caller: Caller, wanted: dict[str, Any]) -> str:
    receiver = caller.moodle.living_user(wanted["touserid"])
    if len(wanted["text"].encode()) > MAX_BYTES:
        return _TOO_LONG
    if receiver is None:
        return _MISSING.format(id=wanted["touserid"])
    return "" if _reaches(caller, receiver) else _PREFERENCES


def _reaches(caller: Caller, receiver: User) -> bool:
    sender = caller.user
    if receiver.id == sender.id or caller.may("moodle/site:messageanyuser"):
        return True
    if sender.id in receiver.blocked:
        return False
    if sender.id in receiver.contacts:
        return True
    mates = caller.moodle.courses_of(sender.id)
    return not receiver.contacts_only and any(
        caller.moodle.enrolled(course.id, receiver.id) for course in mates
    )


def _store(caller: Caller, wanted: dict[str, Any]) -> Message:
    moodle = caller.moodle
    first, second = sorted((caller.user.id, wanted["touserid"]))
    pair = first, second
    if pair not in moodle.conversations:
        moodle.conversations[pair] = moodle.new_id("conversation")
    message = Message(
        id=moodle.new_id("message"),
        conversation_id=moodle.conversations[pair],
        user_from=caller.user.id,
        user_to=wanted["touserid"],
        html=message_html(wanted["text"], wanted["textformat"]),
        timecreated=moodle.now(),
    )
    moodle.messages.append(message)
    return message
