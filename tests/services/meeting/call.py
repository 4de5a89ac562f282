"""When and where people are called."""

from mmo_lti.rules.year import AcademicYear
from tests.factories.moment import moment

YEAR = AcademicYear(2026)
WHEN = moment(2026, 10, 13, 11)
PLACE = "МБОУ «СШ № 4», актовый зал"
