"""What keeps a report from being sent: sections that say nothing (R14.3, R15)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mmo_lti.rules.errors import Fault, RuleError

SECTIONS = range(1, 10)
MAY_SAY_NONE = frozenset(range(3, 8))  # rows or words; «нет» will do
MUST_SAY_SOMETHING = frozenset({8, 9})  # the leader's own words, «нет» will not do

_NO = re.compile(r"^\W*(?:нет|не было|no)\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class SectionFact:
    """One section, 1 to 9: how many rows were gathered, and the leader's words."""

    rows: int = 0
    words: str = ""


@dataclass(frozen=True)
class ReportDraft:
    """A report as it would be sent; a section that is absent is empty."""

    sections: Mapping[int, SectionFact] = field(default_factory=dict)

    def section(self, number: int) -> SectionFact:
        """A section's fact, empty if there is none."""
        return self.sections.get(number, SectionFact())


def says_nothing(words: str) -> bool:
    """Empty, blank, or without a single letter or digit («–»)."""
    return not any(char.isalnum() for char in words)


def says_no(words: str) -> bool:
    """«нет» in whatever case and with whatever signs around it."""
    return _NO.match(words) is not None


def report_faults(report: ReportDraft) -> tuple[Fault, ...]:
    """The sections that are not filled in, in order.

    Codes with the `section`'s number: `R14.3.empty` (3–9: nothing gathered and nothing said), `R14.3.no`
    (8–9: «нет» is no answer). Rows gathered for 8 and 9 are prompts and do not fill them.
    """
    faults = []
    for number in SECTIONS:
        code = _fault_of(number, report.section(number))
        if code:
            faults.append(Fault(code, {"section": number}))
    return tuple(faults)


def check_report(report: ReportDraft) -> None:
    """Raise `RuleError` R14.3 with `sections`, their numbers, and the single `faults`."""
    faults = report_faults(report)
    if faults:
        raise RuleError("R14.3", faults=faults, sections=tuple(fault.params["section"] for fault in faults))


def _fault_of(number: int, section: SectionFact) -> str | None:
    if number in MAY_SAY_NONE:
        return "R14.3.empty" if section.rows == 0 and says_nothing(section.words) else None
    if number in MUST_SAY_SOMETHING:
        if says_nothing(section.words):
            return "R14.3.empty"
        return "R14.3.no" if says_no(section.words) else None
    return None
