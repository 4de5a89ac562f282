"""Rows of the conformance list that no test of this folder carries in its name, and why.

`ELSEWHERE`: tried by another suite. `EXPLAINED`: deliberately not there. A row that is neither tested here nor
named here fails the tests; so does a row named here that a test carries.
"""

ROWS = range(1, 135)

ELSEWHERE: dict[int, str] = {
    127: "tests/browser: a real Chromium, frame and new window, third-party cookies on and off",
    131: "benchmarks/launch.py",
    132: "benchmarks/launch.py",
    133: "benchmarks/launch.py",
    134: "benchmarks/launch.py",
}

EXPLAINED: dict[int, str] = {
    120: "Platform storage: Moodle 4.5 sends no `lti_storage_target`; a frame without cookies is led to a window "
    "of its own before the platform's hint is spent (119), which needs no storage at all.",
    121: "As 120: without storage a missing cookie is simply never a login (018).",
}
