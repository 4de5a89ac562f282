"""What the rules answer when something is not allowed: a code with parameters, never a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the code of a rule's case (`R7.1.term`) and what its sentence needs."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class RuleError(Exception):
    """A refusal by a rule.

    `code` is the case (`R2.1`, or `R7.1.term` for one of several faults of a case), `params` fill its
    sentence in the catalogue. `faults` lists the single faults where the rule names all at once.
    """

    def __init__(self, code: str, /, *, faults: Iterable[Fault] = (), **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: dict[str, object] = params
        self.faults: tuple[Fault, ...] = tuple(faults)

    @classmethod
    def of(cls, fault: Fault) -> Self:
        """The refusal that one fault makes."""
        refusal = cls(fault.code)
        refusal.params.update(fault.params)
        return refusal

    @property
    def rule(self) -> str:
        """The rule that refuses: `R2` of `R2.1`."""
        return rule_of(self.code)

    def clause(self, clauses: Mapping[str, Sequence[str]]) -> str | None:
        """The clause of a version of the regulation behind this refusal; None where the rule is ours."""
        found = clauses_of(self.code, clauses)
        return found[0] if found else None

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


class Denied(RuleError):
    """The permission table does not list this action for this person (`rules.permission`)."""


class SettingRefused(RuleError):
    """A value that a setting does not take; `params["setting"]` names it."""


class MoveRefused(RuleError):
    """A move that the state machine of a thing does not have (`rules.states`)."""


def rule_of(code: str) -> str:
    """The rule's id of a case's code: `R2` of `R2.1`."""
    return code.split(".", 1)[0]


def clauses_of(code: str, clauses: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The clauses that stand for a code: of its case if the version names it, else of its rule.

    An empty tuple means that the demand is ours: it must not be shown as the regulation's.
    """
    parts = code.split(".")
    for length in range(len(parts), 0, -1):
        found = clauses.get(".".join(parts[:length]))
        if found is not None:
            return tuple(found)
    return ()
