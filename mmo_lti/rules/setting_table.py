"""The table of settings: name, type, bounds, default, rule, unit, and where a centre may only be stricter."""

from dataclasses import dataclass
from typing import Any, Literal

from mmo_lti.rules.activity import FORMS
from mmo_lti.rules.document_kind import DocumentKind
from mmo_lti.rules.setting_kind import (
    Choice,
    Clock,
    Colour,
    Day,
    Flag,
    Kind,
    Several,
    Text,
    Whole,
    Words,
    YearsByKind,
    Zone,
)

Unit = Literal["", "people", "meetings", "day", "working days", "calendar days", "years", "hours", "%"]


@dataclass(frozen=True)
class SettingRow:
    """One setting. `rule` is what it belongs to; the regulation's version maps that to a clause.

    `stricter` names the only direction in which a centre may differ from its regulation; «» means that the
    regulation says nothing and the value is the centre's own. `ours`: nor does it serve a duty of the
    regulation; it is shown without a clause.
    """

    name: str
    kind: Kind
    default: Any
    rule: str
    unit: Unit = ""
    stricter: Literal["", "more", "earlier"] = ""
    ours: bool = False


_DAYS = Whole(1, 60)
_LONGER = YearsByKind(tuple(DocumentKind), Whole(3, 75))

TABLE: tuple[SettingRow, ...] = (
    SettingRow("min_members", Whole(1, 1000), 10, "R2", "people", "more"),
    SettingRow("min_meetings", Whole(1, 12), 3, "R11", "meetings", "more"),
    SettingRow(
        "checkpoints",
        Several(Day(), key=lambda day: day.place),
        ["31.12", "31.03", "31.05"],
        "R12",
        "day",
    ),
    SettingRow("pace_from", Day(), "01.10", "R12", "day"),
    SettingRow("failed_on", Day(), "01.07", "R12", "day"),
    SettingRow("proposals_due", Day(), "15.09", "R7", "day"),
    SettingRow("plan_due", Day(), "01.10", "R16", "day"),
    SettingRow("plan_fix_days", _DAYS, 5, "R16", "working days"),
    SettingRow("protocol_days", _DAYS, 10, "R13", "calendar days"),
    SettingRow("protocol_review_days", _DAYS, 5, "R13", "working days"),
    SettingRow("protocol_fix_days", _DAYS, 5, "R13", "working days"),
    SettingRow("report_due", Day(), "20.06", "R14", "day", "earlier"),
    SettingRow("report_fix_days", _DAYS, 5, "R14", "working days"),
    SettingRow(
        "report_reminders",
        Several(Whole(0, 120), rising=False),
        [30, 14, 7, 3, 1, 0],
        "R14",
        "calendar days",
    ),
    SettingRow("director_days", _DAYS, 5, "R7", "working days"),
    SettingRow("originals_due", Day(), "30.06", "R17", "day"),
    SettingRow("retention_years", Whole(1, 75), 3, "R17", "years", "more"),
    SettingRow("retention_longer", _LONGER, {}, "R17", "years"),
    SettingRow("request_days", _DAYS, 10, "R3", "calendar days", ours=True),
    SettingRow("no_access_days", Whole(1, 365), 60, "R3", "calendar days", ours=True),
    SettingRow("young_years", Whole(1, 10), 3, "R19", "years"),
    SettingRow("drift", Choice(("ask", "put_back")), "ask", "R3", ours=True),
    SettingRow("roster_shrink_max", Whole(0, 100), 20, "R3", "%", ours=True),
    SettingRow("session_hours", Whole(1, 24), 12, "R1", "hours", ours=True),
    SettingRow("device_days", Whole(1, 365), 90, "R1", "calendar days", ours=True),
    SettingRow("digest_hour", Clock(), "09:00", "R20"),
    SettingRow("quorum", Whole(1, 100, optional=True), None, "R13", "%", ours=True),
    SettingRow("vote", Choice(("open", "secret")), "open", "R13", ours=True),
    SettingRow("remote_meetings", Flag(), True, "R13", ours=True),
    SettingRow("guests", Flag(), True, "R13", ours=True),
    SettingRow("need_share", Whole(0, 100), 20, "R18", "%"),
    SettingRow("forms", Words(), list(FORMS), "R10"),
    SettingRow("centre_full_name", Text(), "", "R1", ours=True),
    SettingRow("centre_name", Text(), "", "R1", ours=True),
    SettingRow("centre_short_name", Text(), "", "R1", ours=True),
    SettingRow("director_name", Text(), "", "R1", ours=True),
    SettingRow("acting_director_name", Text(), "", "R1", ours=True),
    SettingRow("city", Text(), "", "R4", ours=True),
    SettingRow("time_zone", Zone(), "Europe/Moscow", "R20"),
    SettingRow("logo", Text(), "", "R1", ours=True),
    SettingRow("accent", Colour(), "", "R1", ours=True),
)
