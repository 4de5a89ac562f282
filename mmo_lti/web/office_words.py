"""Words for offices of the centre."""

from __future__ import annotations

from flask_babel import gettext

from mmo_lti.models.office import OfficeKind


def office_words() -> dict[OfficeKind, str]:
    """Offices of the centre."""
    return {
        OfficeKind.COORDINATOR: gettext("координатор"),
        OfficeKind.DIRECTOR: gettext("директор"),
        OfficeKind.ACTING_DIRECTOR: gettext("исполняющий обязанности директора"),
    }
