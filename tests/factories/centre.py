from typing import Any

from sqlalchemy.orm import Session

from mmo_lti.models.centre import Centre
from tests.factories.moment import NOW


def make_centre(session: Session, iss: str = "https://moodle.example", **fields: Any) -> Centre:
    """A methodical centre in Moscow's time zone, with the default settings."""
    fields = {"name": "МБУ МЦ", "city": "Иваново", "settings": {}, "created_at": NOW} | fields
    centre = Centre(iss=iss, **fields)
    session.add(centre)
    session.flush()
    return centre
