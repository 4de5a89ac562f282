"""Academic years in addresses: `2026-27`."""

from __future__ import annotations

from werkzeug.routing import BaseConverter, ValidationError

from mmo_lti.rules.year import AcademicYear


class YearConverter(BaseConverter):
    """`<year:year>` gives an `AcademicYear`; anything else is no such page."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> AcademicYear:
        """Read the slug."""
        try:
            return AcademicYear.parse(value)
        except ValueError as error:
            raise ValidationError from error

    def to_url(self, value: AcademicYear) -> str:
        """Write the slug."""
        return value.slug
