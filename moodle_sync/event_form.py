"""Moodle's own calendar form, sent as a browser would: the only way to change an event in place.

The form reads its time in UTC, as each of our requests asks, unless the site forces a time zone, which is not
told. So the answer's `timestart` is compared, and the form sent once more with the difference.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from moodle_sync import needs
from moodle_sync.batch import Answer
from moodle_sync.encoding import Call
from moodle_sync.errors import BrokenAnswer, FormRefused
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


def start_kept(answer: Answer) -> int:
    """The start (Unix time) that the form's answer tells; raises its error, or `FormRefused`."""
    value = answer.get()
    if isinstance(value, dict) and value.get("validationerror"):
        raise FormRefused(needs.EVENT_FORM)
    try:
        return int(value["event"]["timestart"])
    except (KeyError, TypeError, ValueError):
        raise BrokenAnswer(needs.EVENT_FORM) from None
