"""Versions of the regulation as data: a code knows rules by id, a version maps them to clauses.

The data live beside this module: `data/regulation-CODE.json` (what the program uses) and
`data/regulation-CODE.txt` (the full text). Another city's regulation is another pair of files, or a version
registered by the centre and made with `Regulation.from_data`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Self

from mmo_lti.rules.errors import clauses_of

DEFAULT_CODE = "ivanovo"
SECTIONS_OF_REPORT = 9


@dataclass(frozen=True)
class Regulation:
    """One version of a centre's regulation."""

    code: str
    version: str
    title: str
    aim: str  # App. 1, verbatim, without the leading dash
    tasks: tuple[str, ...]  # App. 1, verbatim, in order
    content: tuple[str, ...]  # 3.1
    report_sections: tuple[str, ...]  # App. 2, verbatim; section 1 is index 0
    appendices: tuple[str, ...]  # App. 2
    documents: tuple[str, ...]  # 5.1, in its order
    initiators: tuple[str, ...]  # 1.1
    wording: Mapping[str, str]  # fixed words of the forms: plan_title, report_title, …
    clauses: Mapping[str, tuple[str, ...]]  # rule or case → clauses; empty where the rule is ours
    base: Mapping[str, Any]  # what a centre may make stricter, never laxer; names of the centre
    text: str

    @classmethod
    def from_data(cls, data: Mapping[str, Any], text: str) -> Self:
        """Make a version of data shaped as the JSON file and the full text; ValueError for a bad shape."""
        if len(data["report_sections"]) != SECTIONS_OF_REPORT:
            raise ValueError("a report has nine sections")
        return cls(
            code=data["code"],
            version=data["version"],
            title=data["title"],
            aim=data["aim"],
            tasks=tuple(data["tasks"]),
            content=tuple(data["content"]),
            report_sections=tuple(data["report_sections"]),
            appendices=tuple(data["appendices"]),
            documents=tuple(data["documents"]),
            initiators=tuple(data["initiators"]),
            wording=dict(data["wording"]),
            clauses={rule: tuple(numbers) for rule, numbers in data["clauses"].items()},
            base=dict(data["base"]),
            text=text,
        )

    def clauses_of(self, code: str) -> Sequence[str]:
        """The clauses behind a rule (`R2`) or a case (`R2.1`); empty where the demand is ours."""
        return clauses_of(code, self.clauses)

    def clause(self, code: str) -> str | None:
        """The first clause behind a rule or a case: «1.3» for `R2.1`; None where the demand is ours."""
        found = self.clauses_of(code)
        return found[0] if found else None

    def section(self, number: int) -> str:
        """The title of a section of the report, 1 to 9, verbatim."""
        if not 1 <= number <= len(self.report_sections):
            raise ValueError(f"no section {number}")
        return self.report_sections[number - 1]


@cache
def regulation(code: str = DEFAULT_CODE) -> Regulation:
    """A version that comes with the program, by the code in its file's name; FileNotFoundError without it."""
    folder = resources.files("mmo_lti.rules") / "data"
    data = json.loads((folder / f"regulation-{code}.json").read_text(encoding="utf-8"))
    text = (folder / f"regulation-{code}.txt").read_text(encoding="utf-8")
    return Regulation.from_data(data, text)
