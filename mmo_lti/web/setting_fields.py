"""How each setting is shown and read: its field, its bounds, and the clause behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from mmo_lti.rules.document_kind import DocumentKind
from mmo_lti.rules.regulation import Regulation
from mmo_lti.rules.setting_kind import Choice, Clock, Colour, Day, Flag, Several, Whole, Words, YearsByKind
from mmo_lti.rules.setting_table import TABLE, SettingRow
from mmo_lti.web.sentences import setting_label

GROUPS: dict[str, tuple[str, ...]] = {
    "centre": (
        "centre_full_name", "centre_name", "centre_short_name", "city", "director_name",
        "acting_director_name", "time_zone", "logo", "accent",
    ),
    "members": ("min_members", "request_days", "no_access_days", "young_years", "need_share"),
    "meetings": (
        "min_meetings", "checkpoints", "pace_from", "failed_on", "protocol_days", "protocol_review_days",
        "protocol_fix_days", "quorum", "vote", "remote_meetings", "guests", "forms",
    ),
    "plan": ("proposals_due", "plan_due", "director_days", "plan_fix_days"),
    "report": (
        "report_due", "report_reminders", "report_fix_days", "originals_due", "retention_years",
        "retention_longer",
    ),
    "moodle": ("drift", "roster_shrink_max", "digest_hour", "session_hours", "device_days"),
}  # fmt: skip
"""The settings of each page of settings; together the whole table."""

ROWS: Mapping[str, SettingRow] = {row.name: row for row in TABLE}


@dataclass(frozen=True)
class SettingField:
    """One field: `kind` is how it is typed, `value` what stands in it, `running` what this year goes by.

    `running` is empty where it is the same.
    """

    name: str
    label: str
    kind: str
    value: str
    hint: str
    clause: str
    options: Sequence[tuple[str, str]] = ()
    running: str = ""


def group_words() -> dict[str, str]:
    """Titles of the groups."""
    return {
        "centre": gettext("Центр"),
        "members": gettext("Состав"),
        "meetings": gettext("Заседания и протоколы"),
        "plan": gettext("План"),
        "report": gettext("Отчёт и хранение"),
        "moodle": gettext("Moodle и сообщения"),
    }


def fields_of(
    group: str, values: Mapping[str, Any], running: Mapping[str, Any], law: Regulation
) -> list[SettingField]:
    """The fields of a group: plain `values` of the centre, and those that the running year began with."""
    fields = []
    for name in GROUPS[group]:
        row = ROWS[name]
        text = as_text(row, values[name])
        this_year = as_text(row, running[name])
        fields.append(
            SettingField(
                name=name,
                label=setting_label(name),
                kind=_kind(row),
                value=text,
                hint=_hint(row, law),
                clause=_clause(row, law),
                options=_options(row),
                running=this_year if this_year != text else "",
            )
        )
    return fields


def posted(values: Mapping[str, str]) -> dict[str, Any]:
    """What a form sent, by setting, for the kinds to read; settings that it did not show are left out."""
    typed: dict[str, Any] = {name: values[name].replace("\r\n", "\n") for name in ROWS if name in values}
    years = {
        kind.value: values[f"retention_longer.{kind}"]
        for kind in DocumentKind
        if values.get(f"retention_longer.{kind}", "").strip()
    }
    if any(name.startswith("retention_longer.") for name in values):
        typed["retention_longer"] = years
    return typed


def as_text(row: SettingRow, plain: Any) -> str:
    """A plain value as a form shows it."""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, list):
        return ("\n" if isinstance(row.kind, Words) else ", ").join(str(one) for one in plain)
    if isinstance(plain, dict):
        return ", ".join(f"{document_words()[key]}: {years}" for key, years in plain.items())
    return "" if plain is None else str(plain)


def document_words() -> dict[str, str]:
    """Kinds of documents with a term of their own."""
    return {
        "creation_order": gettext("приказ о создании"),
        "appointment_order": gettext("приказ о назначении руководителя"),
        "acting_order": gettext("приказ об исполнении обязанностей"),
        "renaming_order": gettext("приказ о переименовании"),
        "closing_order": gettext("приказ о закрытии"),
        "regulation": gettext("положение"),
        "plan": gettext("план"),
        "report": gettext("отчёт"),
        "protocol": gettext("протокол"),
        "appendix": gettext("приложение"),
        "disposal_act": gettext("акт о выделении к уничтожению"),
    }


def _kind(row: SettingRow) -> str:
    kinds: tuple[tuple[type[Any], str], ...] = (
        (Words, "lines"),
        (Choice, "choice"),
        (Flag, "choice"),
        (YearsByKind, "years"),
        (Whole, "number"),
        (Clock, "time"),
        (Day, "day"),
    )
    return next((name for kind, name in kinds if isinstance(row.kind, kind)), "text")


def _options(row: SettingRow) -> list[tuple[str, str]]:
    if isinstance(row.kind, Flag):
        return [("true", gettext("да")), ("false", gettext("нет"))]
    if not isinstance(row.kind, Choice):
        return []
    words = {
        "ask": gettext("спрашивать координатора"),
        "put_back": gettext("возвращать удалённых, о добавленных спрашивать"),
        "open": gettext("открытое"),
        "secret": gettext("тайное"),
    }
    return [(option, words[option]) for option in row.kind.options]


def _hint(row: SettingRow, law: Regulation) -> str:
    kind = row.kind
    if isinstance(kind, Whole):
        low = max(kind.low, law.base.get(row.name, kind.low)) if row.stricter else kind.low
        bounds = gettext("от %(low)s до %(high)s", low=low, high=kind.high)
        return f"{_unit(row)}, {bounds}" if _unit(row) else str(bounds)
    if isinstance(kind, Several):
        days = isinstance(kind.kind, Day)
        return str(
            gettext("через запятую, в порядке учебного года; столько, сколько заседаний")
            if days
            else gettext("через запятую, от большего к меньшему")
        )
    words: tuple[tuple[type[Any], str], ...] = (
        (Day, gettext("день и месяц, например 20.06")),
        (Words, gettext("каждая с новой строки")),
        (Colour, gettext("например #1f5fa8; пусто – обычный")),
        (YearsByKind, gettext("лет; пусто – общий срок")),
    )
    return next((text for each, text in words if isinstance(kind, each)), "")


def _unit(row: SettingRow) -> str:
    return {
        "working days": str(gettext("рабочих дней")),
        "calendar days": str(gettext("календарных дней")),
    }.get(row.unit, "")


def _clause(row: SettingRow, law: Regulation) -> str:
    """The regulation's bound where it sets one, else the clause whose duty the centre's own value serves."""
    if row.ours:
        return ""
    clause, base = law.clause(row.rule), law.base.get(row.name, row.default)
    if row.stricter == "more":
        return str(gettext("п. %(clause)s Положения: не меньше %(base)s", clause=clause, base=base))
    if row.stricter == "earlier":
        return str(gettext("п. %(clause)s Положения: не позднее %(base)s", clause=clause, base=base))
    if clause is not None:
        return str(gettext("к п. %(clause)s Положения", clause=clause))
    return ""
