from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from mmo_lti.models.organisation import Organisation
from mmo_lti.rules.names import organisation_key


def make_organisation(
    session: Session, centre: Centre, name: str = "МБОУ «Средняя школа № 4»", **fields: Any
) -> Organisation:
    """The organisation of this name in the directory, added where it is missing."""
    key = organisation_key(name)
    found = session.scalar(
        select(Organisation).where(Organisation.centre_id == centre.id, Organisation.name_key == key)
    )
    if found is not None:
        return found
    organisation = Organisation(centre_id=centre.id, name=name, name_key=key, **({"kind": "школа"} | fields))
    session.add(organisation)
    session.flush()
    return organisation
