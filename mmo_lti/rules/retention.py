"""How long documents are kept, when they fall due for disposal, and what stops an act (R17)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mmo_lti.rules.document_kind import STARTS_WHEN_ENDED, DocumentKind
from mmo_lti.rules.errors import Fault, RuleError
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.year import AcademicYear


@dataclass(frozen=True)
class KeptDocument:
    """What retention needs of a filed document.

    `year`: the academic year it belongs to. `ended_on`: for an order of creation or appointment and for the
    regulation the day on which the association was closed, the leader changed, the version was replaced
    (R17.3); None while that has not come.
    """

    key: str
    kind: DocumentKind
    year: AcademicYear
    sha256: str
    ended_on: date | None = None


def retention_years(kind: DocumentKind, settings: Settings) -> int:
    """The term of a kind in calendar years: the longer of the general and the kind's own one."""
    return max(settings.retention_years, settings.retention_longer.get(kind.value, 0))


def kept_until(document: KeptDocument, settings: Settings) -> date | None:
    """The last day on which a document must be kept; None while its term has not begun.

    Counted in calendar years from 1 January after the end of the academic year (ours): a paper of 2026/2027
    is kept to 31 December 2030 inclusive.
    """
    year: AcademicYear | None = document.year
    if document.kind in STARTS_WHEN_ENDED:
        year = AcademicYear.of(document.ended_on) if document.ended_on else None
    if year is None:
        return None
    return date(year.last_day.year + retention_years(document.kind, settings), 12, 31)


def disposal_from(document: KeptDocument, settings: Settings) -> date | None:
    """The first day on which a document is due for disposal; None while its term has not begun."""
    last = kept_until(document, settings)
    return None if last is None else last + timedelta(days=1)


def is_due_for_disposal(document: KeptDocument, today: date, settings: Settings) -> bool:
    """Whether a document may be put into an act of disposal."""
    first = disposal_from(document, settings)
    return first is not None and today >= first


def check_deletion(document: KeptDocument, today: date, settings: Settings) -> None:
    """Raise `RuleError` R17.1 (`kept_until`, None while no term runs) for a deletion too early."""
    if not is_due_for_disposal(document, today, settings):
        raise RuleError("R17.1", kept_until=kept_until(document, settings))


@dataclass(frozen=True)
class DisposalFacts:
    """What is known on the day on which an act would be carried out."""

    documents: Sequence[KeptDocument]  # as the act lists them, with the hashes of that day
    approved: bool
    hashes_now: Mapping[str, str | None]  # by key of the document; None or absent: not in the store
    held: frozenset[str] = frozenset()  # keys under a hold
    open_requests: frozenset[str] = frozenset()  # keys that an open request of a person concerns


def disposal_faults(facts: DisposalFacts, today: date, settings: Settings) -> tuple[Fault, ...]:
    """Why an act must not be carried out (R17.2); any fault stops the whole act for good.

    Codes: `R17.2.not_approved`; with the `document`: `R17.2.hold`, `R17.2.request`, `R17.2.hash`, `R17.1`.
    """
    faults = [] if facts.approved else [Fault("R17.2.not_approved")]
    for document in facts.documents:
        checks = {
            "R17.2.hold": document.key in facts.held,
            "R17.2.request": document.key in facts.open_requests,
            "R17.2.hash": facts.hashes_now.get(document.key) != document.sha256,
            "R17.1": not is_due_for_disposal(document, today, settings),
        }
        faults += [Fault(code, {"document": document.key}) for code, stops in checks.items() if stops]
    return tuple(faults)


def check_disposal(facts: DisposalFacts, today: date, settings: Settings) -> None:
    """Raise `RuleError` R17.2 with all `faults` when an act must be stopped."""
    faults = disposal_faults(facts, today, settings)
    if faults:
        raise RuleError("R17.2", faults=faults)


def last_references(disposed: Iterable[str], remaining: Iterable[str]) -> frozenset[str]:
    """The hashes whose bytes go: those no remaining document of the centre refers to (R17.4)."""
    return frozenset(disposed) - frozenset(remaining)
