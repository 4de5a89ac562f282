"""Moodle's own calendar form, sent as a browser would: the only way to change an event in place.

The form reads its time in UTC, as each of our requests asks, unless the site forces a time zone, which is not
told. So the answer's `timestart` is compared, and the form sent once more with the difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from moodle_sync import needs
from moodle_sync.batch import Answer
from moodle_sync.client import MoodleClient
from moodle_sync.encoding import Call
from moodle_sync.errors import BrokenAnswer, EventTimeNotKept, FormRefused, MoodleError
from moodle_sync.state import DesiredEvent
from moodle_sync.text import plain_name


@dataclass(frozen=True, slots=True)
class EventForm:
    """An event of ours as it should become."""

    event_id: int
    course_id: int
    group_id: int
    account: int
    event: DesiredEvent

    def call(self, shift: int) -> Call:
        """The form with its time moved by `shift` seconds from UTC."""
        local = datetime.fromtimestamp(self.event.starts, UTC) + timedelta(seconds=shift)
        minutes = self.event.duration_minutes
        fields: dict[str, str | int] = {
            "id": self.event_id,
            "userid": self.account,
            "modulename": "",
            "instance": 0,
            "visible": 1,
            "eventtype": "group",
            "courseid": self.course_id,
            "groupcourseid": self.course_id,
            "groupid": self.group_id,
            "_qf__core_calendar_local_event_forms_update": 1,
            "mform_showmore_id_general": 1,
            "name": plain_name(self.event.name),
            "timestart[day]": local.day,
            "timestart[month]": local.month,
            "timestart[year]": local.year,
            "timestart[hour]": local.hour,
            "timestart[minute]": local.minute,
            "description[text]": self.event.markup,
            "description[format]": 1,
            "description[itemid]": 0,
            "location": self.event.location,
            "duration": 2 if minutes else 0,
        }
        if minutes:
            fields["timedurationminutes"] = minutes
        return Call(needs.EVENT_FORM, {"formdata": urlencode(fields)})


class FormSender:
    """Sends forms and keeps what became of each.

    `errors` by position, absent when the event is as wanted. `shift` is what was learned about the time zone.
    """

    def __init__(self, client: MoodleClient, forms: Sequence[EventForm], shift: int | None) -> None:
        self._client = client
        self._forms = forms
        self.shift = shift
        self.errors: dict[int, MoodleError] = {}

    def run(self) -> None:
        """Send all; the first goes ahead when the time zone is not known yet."""
        positions = range(len(self._forms))
        if self.shift is None:
            self._send(positions[:1])
            positions = positions[1:]
        first = self.errors.get(0)
        if first is not None and (first.whole_site or first.unknown):
            self.errors |= dict.fromkeys(positions, first)
        elif positions:
            self._send(positions)

    def _send(self, positions: Sequence[int]) -> None:
        used = self.shift or 0
        off = self._once(dict.fromkeys(positions, used))
        wrong = {position: used - seconds for position, seconds in off.items() if seconds}
        if off:
            self.shift = next(iter(wrong.values()), used)
        if wrong:
            still = self._once(wrong)
            for position, seconds in still.items():
                if seconds:
                    self.errors[position] = EventTimeNotKept(needs.EVENT_FORM)

    def _once(self, shifts: Mapping[int, int]) -> dict[int, int]:
        """Send forms with the given shifts; returns by how many seconds each event came out late."""
        answers = self._client.batch(
            [self._forms[position].call(shift) for position, shift in shifts.items()]
        )
        off = {}
        for position, answer in zip(shifts, answers, strict=True):
            try:
                off[position] = _starts(answer) - self._forms[position].event.starts
            except MoodleError as error:
                self.errors[position] = error
        return off


def _starts(answer: Answer) -> int:
    """The start that the form's answer tells."""
    value = answer.get()
    if isinstance(value, dict) and value.get("validationerror"):
        raise FormRefused(needs.EVENT_FORM)
    try:
        return int(value["event"]["timestart"])
    except (KeyError, TypeError, ValueError):
        raise BrokenAnswer(needs.EVENT_FORM) from None
