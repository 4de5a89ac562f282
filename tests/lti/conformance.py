"""Rows of the conformance list that no test of this folder carries in its name, and why.

`EXPLAINED`: deliberately not there. `OPEN`: owed. A row that is neither tested here nor named here fails the tests;
so does a row named here that a test carries.
"""

ROWS = range(1, 135)

EXPLAINED: dict[int, str] = {
    120: "Platform storage: Moodle 4.5 sends no `lti_storage_target`; a frame without cookies is led to a window "
    "of its own before the platform's hint is spent (119), which needs no storage at all.",
    121: "As 120: without storage a missing cookie is simply never a login (018).",
}

OPEN: dict[int, str] = {}
