"""What changed in the gathered rows: since the words were written, since the report was assembled (R15)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from mmo_lti.documents.report_row import Row, from_json
from mmo_lti.models.report import Report
from mmo_lti.rules.report_check import SECTIONS
from mmo_lti.services.report_gathering import gather


@dataclass(frozen=True)
class SectionChange:
    """Rows of a section that came, and rows that went."""

    section: int
    came: tuple[Row, ...]
    went: tuple[Row, ...]


def keys_of(gathered: dict[str, Any], section: int) -> list[str]:
    """What tells the rows of a section apart."""
    return [_key(row) for row in gathered.get(str(section)) or []]


def since_words(report: Report) -> list[SectionChange]:
    """Where rows changed under words of the leader: the words stay, a person looks at them again."""
    written = [int(section) for section in report.words_seen if report.words.get(section)]
    return _changes(
        [
            (section, report.words_seen[str(section)], keys_of(report.gathered, section))
            for section in sorted(written)
        ]
    )


def since_assembled(session: Session, report: Report) -> list[SectionChange]:
    """What gathering anew would change now."""
    fresh = gather(session, report)
    return _changes(
        [(section, keys_of(report.gathered, section), keys_of(fresh, section)) for section in SECTIONS]
    )


def _changes(compared: list[tuple[int, list[str], list[str]]]) -> list[SectionChange]:
    changes = [SectionChange(section, _rows(new, old), _rows(old, new)) for section, old, new in compared]
    return [change for change in changes if change.came or change.went]


def _rows(these: list[str], without: list[str]) -> tuple[Row, ...]:
    known = set(without)
    return tuple(from_json(json.loads(key)) for key in these if key not in known)


def _key(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
