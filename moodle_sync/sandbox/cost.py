"""What a call costs a real Moodle: the measured medians of Moodle 4.5, for benchmarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from time import sleep

# Milliseconds of one row, beyond the call itself: of an answer as recorded (`cost_100_groups`, a roster of
# 2,000), of a write the median on Moodle 4.5.6 with MariaDB and 4,800 people.
ROW_MS: dict[str, float] = {
    "core_enrol_get_enrolled_users": 0.27,
    "core_user_get_users_by_field": 2.5,
    "core_user_get_users": 2.5,
    "core_group_get_group_members": 0.009,
    "core_group_get_course_groups": 0.1,
    "core_group_add_group_members": 2.0,
    "core_group_delete_group_members": 1.8,
    "core_group_create_groups": 1.4,
    "core_calendar_create_calendar_events": 0.3,
    "core_calendar_delete_calendar_events": 0.3,
    "core_calendar_get_calendar_events": 0.07,
    "core_message_send_instant_messages": 3.5,
    "enrol_manual_enrol_users": 4.0,
    "enrol_manual_unenrol_users": 6.0,
}
# The form of the calendar renders the event page around it.
CALL_MS: dict[str, float] = {"core_calendar_submit_create_update_form": 6.5}


@dataclass(frozen=True, slots=True)
class CallCost:
    """Milliseconds of one HTTP call, of one function inside it, and whether the call really waits."""

    request_ms: float = 9.0
    function_ms: float = 1.2
    all_fields_ms: float = 1.6  # one person with all fields instead of the id alone
    waits: bool = True

    def of(self, function: str, rows: int, all_fields: bool = False) -> float:
        """Return the milliseconds of one function that reads or writes so many rows."""
        row = ROW_MS.get(function, 0.0)
        if all_fields and function == "core_enrol_get_enrolled_users":
            row += self.all_fields_ms
        return CALL_MS.get(function, self.function_ms) + row * rows


@dataclass(frozen=True, slots=True)
class Work:
    """One function that was run, alone or as an item of a batch, and how many rows it touched."""

    function: str
    rows: int
    all_fields: bool = False


@dataclass(slots=True)
class Meter:
    """Counts what clients did to the site."""

    requests: int = 0
    functions: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    bytes_out: int = 0
    modelled_ms: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def note(self, works: Iterable[Work], bytes_out: int, cost: CallCost | None) -> None:
        """Note one HTTP call and what it did; wait as long as a real site would, if `cost` says so."""
        works = list(works)
        prices = cost or CallCost(waits=False)
        spent = prices.request_ms + sum(prices.of(w.function, w.rows, w.all_fields) for w in works)
        with self._lock:
            self.requests += 1
            self.bytes_out += bytes_out
            self.modelled_ms += spent
            self.rows += sum(work.rows for work in works)
            self.functions.update(work.function for work in works)
        if prices.waits:
            sleep(spent / 1000)

    def reset(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self.requests = self.rows = self.bytes_out = 0
            self.modelled_ms = 0.0
            self.functions.clear()
