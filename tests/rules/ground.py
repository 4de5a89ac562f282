"""The ground of the examples: the year 2026/2027 of the specification and the settings nobody changed."""

from mmo_lti.rules.settings import Settings
from mmo_lti.rules.year import AcademicYear

YEAR = AcademicYear(2026)
SETTINGS = Settings.from_values({})
