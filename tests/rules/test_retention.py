"""How long documents are kept, and what stops an act (R17)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.document_kind import DocumentKind
from mmo_lti.rules.errors import Fault, RuleError
from mmo_lti.rules.retention import (
    DisposalFacts,
    KeptDocument,
    check_deletion,
    check_disposal,
    disposal_faults,
    disposal_from,
    is_due_for_disposal,
    kept_until,
    last_references,
)
from mmo_lti.rules.year import AcademicYear
from tests.rules.ground import SETTINGS, YEAR

PROTOCOL = KeptDocument("p1", DocumentKind.PROTOCOL, YEAR, "aa")
FIRST_FREE = date(2031, 1, 1)


def test_r17_papers_of_2026_2027_are_kept_to_the_end_of_2030():
    assert kept_until(PROTOCOL, SETTINGS) == date(2030, 12, 31)
    assert disposal_from(PROTOCOL, SETTINGS) == FIRST_FREE
    assert (date(2030, 12, 31) - date(2028, 1, 1)).days + 1 == 1096


def test_r17_1_nobody_deletes_earlier():
    with pytest.raises(RuleError) as refused:
        check_deletion(PROTOCOL, date(2030, 12, 31), SETTINGS)
    assert refused.value.code == "R17.1"
    assert refused.value.params == {"kept_until": date(2030, 12, 31)}
    check_deletion(PROTOCOL, FIRST_FREE, SETTINGS)


def test_r17_the_longer_term_wins():
    longer = SETTINGS.changed({"retention_longer": {"protocol": 5, "plan": 3}})
    assert kept_until(PROTOCOL, longer) == date(2032, 12, 31)
    assert kept_until(replace(PROTOCOL, kind=DocumentKind.REPORT), longer) == date(2030, 12, 31)
    everything = SETTINGS.changed({"retention_years": 7, "retention_longer": {"protocol": 5}})
    assert kept_until(PROTOCOL, everything) == date(2034, 12, 31)


@pytest.mark.parametrize(
    "kind", [DocumentKind.CREATION_ORDER, DocumentKind.APPOINTMENT_ORDER, DocumentKind.REGULATION]
)
def test_r17_3_the_term_starts_only_when_what_was_ordered_has_ended(kind):
    order = KeptDocument("o", kind, AcademicYear(2019), "bb")
    assert kept_until(order, SETTINGS) is None
    assert not is_due_for_disposal(order, date(2100, 1, 1), SETTINGS)
    with pytest.raises(RuleError) as refused:
        check_deletion(order, date(2100, 1, 1), SETTINGS)
    assert refused.value.params == {"kept_until": None}
    ended = replace(order, ended_on=date(2027, 2, 1))
    assert kept_until(ended, SETTINGS) == date(2030, 12, 31)


ACT = DisposalFacts([PROTOCOL, replace(PROTOCOL, key="p2", sha256="bb")], True, {"p1": "aa", "p2": "bb"})


def test_r17_2_an_act_in_order_may_be_carried_out():
    assert disposal_faults(ACT, FIRST_FREE, SETTINGS) == ()
    check_disposal(ACT, FIRST_FREE, SETTINGS)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"approved": False}, Fault("R17.2.not_approved")),
        ({"held": frozenset({"p2"})}, Fault("R17.2.hold", {"document": "p2"})),
        ({"open_requests": frozenset({"p1"})}, Fault("R17.2.request", {"document": "p1"})),
        ({"hashes_now": {"p1": "aa", "p2": "cc"}}, Fault("R17.2.hash", {"document": "p2"})),
        ({"hashes_now": {"p1": "aa"}}, Fault("R17.2.hash", {"document": "p2"})),
        ({"hashes_now": {"p1": None, "p2": "bb"}}, Fault("R17.2.hash", {"document": "p1"})),
    ],
)
def test_r17_2_anything_amiss_stops_the_whole_act(change, fault):
    facts = replace(ACT, **change)
    assert disposal_faults(facts, FIRST_FREE, SETTINGS) == (fault,)
    with pytest.raises(RuleError) as refused:
        check_disposal(facts, FIRST_FREE, SETTINGS)
    assert refused.value.code == "R17.2"


def test_r17_2_a_term_that_is_not_over_stops_it_too():
    codes = [fault.code for fault in disposal_faults(ACT, date(2030, 12, 31), SETTINGS)]
    assert codes == ["R17.1", "R17.1"]


def test_r17_4_bytes_go_with_the_last_reference():
    assert last_references(["aa", "bb"], ["bb", "cc"]) == {"aa"}


@given(st.integers(2000, 2100), st.sampled_from(DocumentKind), st.dates(date(2001, 1, 1), date(2099, 1, 1)))
def test_whatever_is_kept_is_kept_three_full_calendar_years(start, kind, ended):
    year = AcademicYear(start)
    document = KeptDocument("k", kind, year, "aa", ended_on=ended)
    last = kept_until(document, SETTINGS)
    assert last is not None
    assert (last.month, last.day) == (12, 31)
    assert last - date(last.year - 2, 1, 1) >= timedelta(days=3 * 365 - 1)
    assert not is_due_for_disposal(document, last, SETTINGS)
    assert is_due_for_disposal(document, last + timedelta(days=1), SETTINGS)
