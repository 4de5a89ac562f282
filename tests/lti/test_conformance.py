"""Every row of the conformance list is a test or an explained exception."""

import re
from pathlib import Path

from tests.lti.conformance import EXPLAINED, OPEN, ROWS


def test_every_row_is_tried_or_explained():
    text = "".join(path.read_text() for path in Path(__file__).parent.rglob("test_*.py"))
    tried = {int(number) for number in re.findall(r"^def test_lti_(\d{3})_", text, re.MULTILINE)}
    named = set(OPEN) | set(EXPLAINED)
    assert not set(OPEN) & set(EXPLAINED)
    assert not tried & named
    assert sorted(set(ROWS) - tried - named) == []
    assert tried | named <= set(ROWS)
