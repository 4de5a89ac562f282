"""The settings of a centre: one typed table, and the values of one centre.

A change works forward only: a year keeps the values it began with (the service keeps a copy per year). Values
come from outside as plain JSON (`Settings.from_values`) and go back as such (`Settings.to_values`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import time
from typing import Any, Self

from mmo_lti.rules.errors import Fault, SettingRefused
from mmo_lti.rules.regulation import Regulation, regulation
from mmo_lti.rules.setting_table import TABLE, SettingRow
from mmo_lti.rules.year import DayMonth


@dataclass(frozen=True)
class Settings:
    """The values in force for one centre (and, copied, for one academic year); units as in the table."""

    min_members: int
    min_meetings: int
    checkpoints: tuple[DayMonth, ...]
    pace_from: DayMonth
    failed_on: DayMonth
    proposals_due: DayMonth
    plan_due: DayMonth
    plan_fix_days: int
    protocol_days: int
    protocol_review_days: int
    protocol_fix_days: int
    report_due: DayMonth
    report_fix_days: int
    report_reminders: tuple[int, ...]
    director_days: int
    originals_due: DayMonth
    retention_years: int
    retention_longer: Mapping[str, int]
    request_days: int
    no_access_days: int
    young_years: int
    drift: str
    roster_shrink_max: int
    session_hours: int
    device_days: int
    digest_hour: time
    quorum: int | None
    vote: str
    remote_meetings: bool
    guests: bool
    need_share: int
    forms: tuple[str, ...]
    centre_full_name: str
    centre_name: str
    centre_short_name: str
    director_name: str
    acting_director_name: str
    city: str
    time_zone: str
    logo: str
    accent: str

    @classmethod
    def from_values(cls, values: Mapping[str, Any], law: Regulation | None = None) -> Self:
        """The settings of a centre from its stored or typed values; what is missing takes its default.

        Raises `SettingRefused` for the first value that does not fit; `setting_faults` lists them all.
        """
        law = law or regulation()
        for fault in setting_faults(values, law):
            raise SettingRefused.of(fault)
        return cls(**_read(values, law)[0])

    def to_values(self) -> dict[str, Any]:
        """The values as plain JSON; `from_values` reads them back."""
        rows = {row.name: row for row in TABLE}
        return {field.name: rows[field.name].kind.write(getattr(self, field.name)) for field in fields(self)}

    def changed(self, values: Mapping[str, Any], law: Regulation | None = None) -> Self:
        """These settings with some values replaced; raises like `from_values`."""
        return type(self).from_values({**self.to_values(), **values}, law)


def setting_faults(values: Mapping[str, Any], law: Regulation | None = None) -> tuple[Fault, ...]:
    """All that is wrong with a mapping of values; every fault's params name the `setting`."""
    law = law or regulation()
    known = {row.name for row in TABLE}
    faults = [Fault("setting.unknown", {"setting": name}) for name in values if name not in known]
    typed, wrong = _read(values, law)
    faults.extend(wrong)
    return tuple(faults) if faults else _together(typed)


def _read(values: Mapping[str, Any], law: Regulation) -> tuple[dict[str, Any], list[Fault]]:
    typed: dict[str, Any] = {}
    faults: list[Fault] = []
    for row in TABLE:
        base = law.base.get(row.name, row.default)
        try:
            typed[row.name] = row.kind.read(values.get(row.name, base))
            _check_law(row, typed[row.name], row.kind.read(base))
        except SettingRefused as refused:
            faults.append(Fault(refused.code, {"setting": row.name, **refused.params}))
    return typed, faults


def _check_law(row: SettingRow, value: Any, base: Any) -> None:
    """A centre may be stricter than its regulation, never laxer."""
    if row.stricter == "more" and value < base:
        raise SettingRefused("setting.laxer_than_law", at_least=row.kind.write(base), rule=row.rule)
    if row.stricter == "earlier" and value.place > base.place:
        raise SettingRefused("setting.later_than_law", not_later=row.kind.write(base), rule=row.rule)


def _together(typed: Mapping[str, Any]) -> tuple[Fault, ...]:
    """What single values cannot show: they must fit each other."""
    faults = []
    checkpoints: tuple[DayMonth, ...] = typed["checkpoints"]
    if len(checkpoints) != typed["min_meetings"]:
        faults.append(
            Fault(
                "setting.checkpoints_count",
                {"setting": "checkpoints", "count": len(checkpoints), "needed": typed["min_meetings"]},
            )
        )
    if typed["failed_on"].place <= typed["report_due"].place:
        faults.append(_order_fault("failed_on", "report_due", typed))
    if typed["plan_due"].place < typed["proposals_due"].place:
        faults.append(_order_fault("plan_due", "proposals_due", typed))
    return tuple(faults)


def _order_fault(setting: str, after: str, typed: Mapping[str, Any]) -> Fault:
    return Fault("setting.too_early", {"setting": setting, "after": after, "day": str(typed[after])})
