"""Local days and moments: dates of the rules are the centre's local dates, moments are kept in UTC."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def local_day(now_utc: datetime, zone: str) -> date:
    """The local date of a moment; the moment must be aware (ValueError otherwise)."""
    if now_utc.tzinfo is None:
        raise ValueError("a moment without a zone")
    return now_utc.astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: str) -> datetime:
    """00:00:00 of a local day, aware: the moment states change by date."""
    return datetime.combine(day, time(0, 0), ZoneInfo(zone))


def late_days(moment: datetime, due: date, zone: str) -> int:
    """By how many days a submission is late; 0 when in time (R14.1).

    20 June 23:59:59 local is in time, 21 June 00:00:00 is late by one day.
    """
    return max(0, (local_day(moment, zone) - due).days)
