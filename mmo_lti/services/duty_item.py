"""One duty of a person: its code, its last day, how urgent it is, where it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

SOON_DAYS = 7


class Urgency(IntEnum):
    """How urgent a duty is, the most urgent first. `open` has no term, but somebody waits for it."""

    OVERDUE = 0
    TODAY = 1
    SOON = 2
    OPEN = 3
    LATER = 4


@dataclass(frozen=True)
class Duty:
    """`code` names the sentence (`duty.protocol_lodge`), `params` fill it in; `due` is the last day, if any.

    `params["association"]` is the genitive where the duty is an association's.
    """

    code: str
    path: str
    today: date
    due: date | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    association_id: int | None = None

    @property
    def days_left(self) -> int | None:
        """Days to the last day, negative after it; none without a term."""
        return None if self.due is None else (self.due - self.today).days

    @property
    def urgency(self) -> Urgency:
        """By the days that are left."""
        left = self.days_left
        if left is None:
            return Urgency.OPEN
        if left < 0:
            return Urgency.OVERDUE
        if left == 0:
            return Urgency.TODAY
        return Urgency.SOON if left <= SOON_DAYS else Urgency.LATER

    @property
    def order(self) -> tuple[int, date, str, str]:
        """What the list is sorted by."""
        return (self.urgency, self.due or date.max, self.code, self.path)
