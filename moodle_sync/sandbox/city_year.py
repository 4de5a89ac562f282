"""The events of a year in the sample city: what each association plans, and on which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from moodle_sync.sandbox.city_people import SampleAssociation

MEETING = "заседание"
_TEACHING_MONTHS = (9, 10, 11, 12, 1, 2, 3, 4, 5)
_HOLIDAYS = {(11, 4), (2, 23), (3, 8), (5, 1), (5, 9), *((1, day) for day in range(1, 9)), (12, 31)}
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class CityEvent:
    """An event of an association; `start` has the city's time zone."""

    association: str
    form: str
    topic: str
    start: datetime
    minutes: int
    place: str

    @property
    def is_meeting(self) -> bool:
        """Say whether it is a meeting in the sense of the regulation."""
        return self.form == MEETING


def events(data: dict[str, Any], wanted: list[SampleAssociation], year: str, rng: Random) -> list[CityEvent]:
    """Return the events of an academic year («2026/2027»), the same number for each association."""
    zone = ZoneInfo(data["centre"]["timezone"])
    each = data["scale"]["events_per_year"] // len(wanted)
    first = int(year.split("/", maxsplit=1)[0])
    result = []
    for association in wanted:
        for item in _items(data, each, rng):
            result.append(_event(association, item, first, zone, rng))
    return sorted(result, key=lambda event: (event.start, event.association))


def _items(data: dict[str, Any], number: int, rng: Random) -> list[dict[str, Any]]:
    """Return what one association plans: the usual items of a plan, and more until the number is full."""
    items: list[dict[str, Any]] = list(data["plan_items"])
    forms = [form for form in data["event_forms"] if form != MEETING]
    places = [row["name"] for row in data["organisations"] if row["kind"] in {"школа", "гимназия"}]
    while len(items) < number:
        items.append(
            {
                "form": rng.choice(forms),
                "topic": rng.choice(data["meeting_topics"]),
                "month": rng.choice(_TEACHING_MONTHS),
                "place": rng.choice(places),
            }
        )
    return items


def _event(
    association: SampleAssociation, item: dict[str, Any], first: int, zone: ZoneInfo, rng: Random
) -> CityEvent:
    month = item["month"]
    day = _working_day(date(first if month >= 9 else first + 1, month, 1), rng)
    hour, minute = rng.choice(((14, 30), (15, 0), (15, 30), (16, 0)))
    start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    minutes = rng.choice((60, 90, 120))
    return CityEvent(association.code, item["form"], item["topic"], start, minutes, item["place"])


def _working_day(month: date, rng: Random) -> date:
    days = [month + timedelta(days=number) for number in range(31)]
    working = [
        day
        for day in days
        if day.month == month.month and day.weekday() < _SATURDAY and (day.month, day.day) not in _HOLIDAYS
    ]
    return rng.choice(working)
