"""What keeps a protocol from being lodged (R13.1–R13.3)."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from mmo_lti.rules.errors import Fault, RuleError


@dataclass(frozen=True)
class Votes:
    """Votes of members on one decision; guests do not vote."""

    in_favour: int
    against: int = 0
    abstained: int = 0

    @property
    def given(self) -> int:
        """How many voted."""
        return self.in_favour + self.against + self.abstained

    @property
    def unanimous(self) -> bool:
        """Everybody who voted was in favour («единогласно»)."""
        return self.in_favour > 0 and self.in_favour == self.given


@dataclass(frozen=True)
class DecisionDraft:
    """One decision on a question; `votes` None where nothing was put to the vote."""

    text: str
    votes: Votes | None = None


@dataclass(frozen=True)
class QuestionDraft:
    """One question of the agenda, by its number, with the decisions a person chose."""

    number: int
    wording: str
    decisions: Sequence[DecisionDraft] = ()


@dataclass(frozen=True)
class ProtocolDraft:
    """A protocol as it would be lodged. `chair` and `secretary` are whatever tells two people apart."""

    day: date | None
    number: int | None
    topic: str
    chair: Hashable | None
    secretary: Hashable | None
    questions: Sequence[QuestionDraft]
    members_present: int
    has_scan: bool


def protocol_faults(protocol: ProtocolDraft, *, with_scan: bool = True) -> tuple[Fault, ...]:
    """Everything that R13.1–R13.3 deny.

    Codes: `R13.1.day`, `R13.1.number`, `R13.1.topic`, `R13.1.agenda`, `R13.1.wording` (question),
    `R13.1.decision` (question), `R13.1.chair`, `R13.1.secretary`, `R13.1.scan`; `R13.2` (question, decision,
    in_favour, against, abstained, present); `R13.3`. `with_scan=False` asks before anything is signed.
    """
    missing = {
        "R13.1.day": protocol.day is None,
        "R13.1.number": protocol.number is None,
        "R13.1.topic": not protocol.topic.strip(),
        "R13.1.chair": protocol.chair is None,
        "R13.1.secretary": protocol.secretary is None,
        "R13.1.agenda": not protocol.questions,
    }
    faults = [Fault(code) for code, absent in missing.items() if absent]
    for question in protocol.questions:
        faults += _question_faults(question, protocol.members_present)
    if with_scan and not protocol.has_scan:
        faults.append(Fault("R13.1.scan"))
    if protocol.chair is not None and protocol.chair == protocol.secretary:
        faults.append(Fault("R13.3"))
    return tuple(faults)


def check_protocol(protocol: ProtocolDraft, *, with_scan: bool = True) -> None:
    """Raise `RuleError` with all `faults`: R13.1 when something is missing, else R13.2 or R13.3."""
    faults = protocol_faults(protocol, with_scan=with_scan)
    if faults:
        first = faults[0].code
        code = "R13.1" if any(fault.code.startswith("R13.1") for fault in faults) else first
        refusal = RuleError(code, faults=faults)
        if code == first:
            refusal.params.update(faults[0].params)
        raise refusal


def vote_fault(votes: Votes, members_present: int) -> Fault | None:
    """R13.2: more votes than members present (fewer is fine), or a negative number."""
    numbers = (votes.in_favour, votes.against, votes.abstained)
    if min(numbers) >= 0 and votes.given <= members_present:
        return None
    return Fault(
        "R13.2",
        {
            "in_favour": votes.in_favour,
            "against": votes.against,
            "abstained": votes.abstained,
            "present": members_present,
        },
    )


def not_voted(votes: Votes, members_present: int) -> int:
    """How many members present gave no vote: printed «не голосовали – n»."""
    return members_present - votes.given


def unanimous(voted: int) -> Votes:
    """«Единогласно» stores as in favour those who voted."""
    return Votes(voted)


def quorum_missed(members_present: int, members: int, quorum: int | None) -> bool:
    """Whether fewer members came than the centre's quorum, in per cent of the members; never without one."""
    return quorum is not None and members_present * 100 < members * quorum


def _question_faults(question: QuestionDraft, members_present: int) -> list[Fault]:
    of_question = {"question": question.number}
    faults = []
    if not question.wording.strip():
        faults.append(Fault("R13.1.wording", of_question))
    if not any(decision.text.strip() for decision in question.decisions):
        faults.append(Fault("R13.1.decision", of_question))
    for place, decision in enumerate(question.decisions, start=1):
        fault = vote_fault(decision.votes, members_present) if decision.votes else None
        if fault:
            faults.append(Fault(fault.code, {**of_question, "decision": place, **fault.params}))
    return faults
