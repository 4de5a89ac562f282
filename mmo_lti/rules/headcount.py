"""Who counts to the ten teachers of an association (R2.1–R2.4, R4.1, R4.2)."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.states import MembershipState
from mmo_lti.rules.terms import no_access_passed


@dataclass(frozen=True)
class MemberFact:
    """One membership. `person` is the same for joined accounts of one person.

    `teaches`: holds a teaching position in an organisation of the city; staff of the centre without one do
    not count (R2.3), nor does a member without an organisation of the city (R4). `without_access_since`:
    since when Moodle has the account suspended or unenrolled; None also for who was never in the course.
    """

    person: Hashable
    state: MembershipState
    teaches: bool = True
    without_access_since: date | None = None


def counts(fact: MemberFact, today: date, settings: Settings) -> bool:
    """Whether a membership counts: a member with a teaching position, not too long without access."""
    if fact.state is not MembershipState.MEMBER or not fact.teaches:
        return False
    since = fact.without_access_since
    return since is None or not no_access_passed(since, today, settings)


def headcount(members: Iterable[MemberFact], today: date, settings: Settings) -> int:
    """How many persons count; one with two joined accounts counts once."""
    return len({fact.person for fact in members if counts(fact, today, settings)})


def check_creation(count: int, settings: Settings) -> None:
    """Raise `RuleError` R2.1 (`needed`, `count`, `missing`) when an order of creation lacks members."""
    if count < settings.min_members:
        raise RuleError(
            "R2.1", needed=settings.min_members, count=count, missing=settings.min_members - count
        )


def is_below_minimum(count: int, settings: Settings) -> bool:
    """Whether an active association is flagged; it stays active (R2.4, ours)."""
    return count < settings.min_members
