from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from mmo_lti.models.association import Association
from mmo_lti.models.centre import Centre
from mmo_lti.rules.names import search_key
from mmo_lti.rules.states import AssociationState
from tests.factories.moment import NOW

_NUMBERS = count(50)


def make_association(
    session: Session,
    centre: Centre,
    genitive: str = "учителей математики",
    *,
    state: AssociationState = AssociationState.ACTIVE,
    code: str | None = None,
    **fields: Any,
) -> Association:
    """An association, created on 1 September 2025 unless it is a draft."""
    fields = {
        "direction": "Математика",
        "created_on": None if state is AssociationState.DRAFT else date(2025, 9, 1),
        "created_at": NOW,
        "search_key": search_key(genitive),
    } | fields
    association = Association(
        centre_id=centre.id,
        uid=str(uuid4()),
        code=code or f"MMO-{next(_NUMBERS):02}",
        genitive=genitive,
        state=state,
        **fields,
    )
    session.add(association)
    session.flush()
    return association
