"""The flag of associations below their minimum of members, kept true as days pass (R2.4, R2.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.rules.headcount import is_below_minimum
from mmo_lti.rules.settings import Settings
from mmo_lti.rules.states import AssociationState
from mmo_lti.services.member_count import Count
from mmo_lti.services.membership_move import refresh_flag


def flag_minimum(
    session: Session,
    associations: Iterable[Association],
    counts: Mapping[int, Count],
    settings: Settings,
    now: datetime,
) -> None:
    """Raise or lower the flag where a day changed the number: days without access passed, a school closed."""
    for association in associations:
        if association.state is not AssociationState.ACTIVE:
            continue
        counted = counts.get(association.id, Count()).counted
        if is_below_minimum(counted, settings) != (association.below_minimum_since is not None):
            refresh_flag(session, association, now)


def told_of_minimum(association: Association, count: Count, settings: Settings) -> bool:
    """Whether the coordinators are told: not while people of an adopted association have yet to confirm."""
    if association.state is not AssociationState.ACTIVE or association.below_minimum_since is None:
        return False
    return association.started_using is None or count.total < settings.min_members
