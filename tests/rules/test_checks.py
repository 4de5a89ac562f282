"""What keeps plan, protocol and report from being sent (R7.1, R13.1–R13.3, R14.3)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.errors import Fault, RuleError
from mmo_lti.rules.plan_check import PlanDraft, PlanItemDraft, check_plan, plan_faults, plan_warnings
from mmo_lti.rules.protocol_check import (
    DecisionDraft,
    ProtocolDraft,
    QuestionDraft,
    Votes,
    check_protocol,
    not_voted,
    protocol_faults,
    quorum_missed,
    unanimous,
    vote_fault,
)
from mmo_lti.rules.report_check import ReportDraft, SectionFact, check_report, report_faults
from tests.rules.ground import YEAR

# --- Plan ---------------------------------------------------------------------------------------------------------


def item(number: int, day: date | None = date(2026, 10, 31), **other) -> PlanItemDraft:
    return replace(PlanItemDraft(number, True, "Тема", day, "руководитель ММО"), **other)


GOOD_PLAN = PlanDraft(YEAR, [item(1), item(2), item(3)], ["Функциональная грамотность"], proposals_taken=2)


def test_a_plan_of_three_meetings_may_be_sent():
    assert plan_faults(GOOD_PLAN, 3) == ()
    check_plan(GOOD_PLAN, 3)


def test_r7_1_all_faults_are_listed_at_once():
    bad = PlanDraft(
        YEAR,
        [
            item(1),
            item(2, is_meeting=False),
            item(4, None),
            item(5, topic=" "),
            item(6, is_meeting=False, responsible=""),
            item(7, None, is_meeting=False, responsible=" "),
            item(8, date(2027, 9, 1), is_meeting=False),
            item(9, topic="я" * 301, is_meeting=False),
            item(10, topic="я" * 300, is_meeting=False),
        ],
        ["", "  "],
    )
    with pytest.raises(RuleError) as refused:
        check_plan(bad, 4)
    assert refused.value.code == "R7.1"
    assert refused.value.faults == (
        Fault("R7.1.meetings", {"count": 3, "needed": 4}),
        Fault("R7.1.priorities", {"count": 0, "at_most": 7}),
        Fault("R7.1.topic", {"items": (5,)}),
        Fault("R7.1.topic_long", {"items": (9,)}),
        Fault("R7.1.term", {"items": (4, 7)}),
        Fault("R7.1.outside_year", {"items": (8,)}),
        Fault("R7.1.responsible", {"items": (6, 7)}),
    )


def test_r7_1_a_cancelled_item_neither_counts_nor_hurts():
    plan = replace(GOOD_PLAN, items=[item(1), item(2), item(3, None, cancelled=True)])
    assert [fault.code for fault in plan_faults(plan, 3)] == ["R7.1.meetings"]
    assert plan_faults(plan, 2) == ()


def test_r9_one_to_seven_priorities():
    assert plan_faults(replace(GOOD_PLAN, priorities=["x"] * 7), 3) == ()
    assert [f.code for f in plan_faults(replace(GOOD_PLAN, priorities=["x"] * 8), 3)] == ["R7.1.priorities"]


def test_a_meeting_of_late_august_may_open_the_year_and_an_event_may_not():
    august = date(2026, 8, 27)
    opening = replace(GOOD_PLAN, items=[item(1, august), item(2), item(3)])
    assert plan_faults(opening, 3) == ()
    event = replace(GOOD_PLAN, items=[*GOOD_PLAN.items, item(4, august, is_meeting=False)])
    assert [fault.code for fault in plan_faults(event, 3)] == ["R7.1.outside_year"]


def test_r7_2_no_proposals_is_a_warning():
    assert plan_warnings(GOOD_PLAN) == ()
    assert plan_warnings(replace(GOOD_PLAN, proposals_taken=0)) == (Fault("R7.2"),)
    check_plan(replace(GOOD_PLAN, proposals_taken=0), 3)


# --- Protocol -----------------------------------------------------------------------------------------------------

DECIDED = QuestionDraft(1, "О плане работы", [DecisionDraft("Утвердить план.", Votes(20, 0, 2))])
GOOD_PROTOCOL = ProtocolDraft(
    day=date(2026, 10, 12),
    number=1,
    topic="Организационное заседание",
    chair=1,
    secretary=2,
    questions=[DECIDED],
    members_present=24,
    has_scan=True,
)


def codes(protocol: ProtocolDraft, **how) -> list[str]:
    return [fault.code for fault in protocol_faults(protocol, **how)]


def test_a_complete_protocol_may_be_lodged():
    assert codes(GOOD_PROTOCOL) == []
    check_protocol(GOOD_PROTOCOL)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"day": None}, "R13.1.day"),
        ({"number": None}, "R13.1.number"),
        ({"topic": " "}, "R13.1.topic"),
        ({"chair": None}, "R13.1.chair"),
        ({"secretary": None}, "R13.1.secretary"),
        ({"questions": []}, "R13.1.agenda"),
        ({"has_scan": False}, "R13.1.scan"),
    ],
)
def test_r13_1_each_missing_thing_is_named(change, code):
    assert codes(replace(GOOD_PROTOCOL, **change)) == [code]


def test_r13_1_every_question_needs_a_chosen_decision():
    questions = [
        DECIDED,
        QuestionDraft(2, "Об итогах"),
        QuestionDraft(3, "О разном", [DecisionDraft("  ")]),
        QuestionDraft(4, " ", [DecisionDraft("Принять информацию к сведению.")]),
    ]
    faults = protocol_faults(replace(GOOD_PROTOCOL, questions=questions))
    assert faults == (
        Fault("R13.1.decision", {"question": 2}),
        Fault("R13.1.decision", {"question": 3}),
        Fault("R13.1.wording", {"question": 4}),
    )


def test_r13_1_all_at_once_in_one_refusal():
    with pytest.raises(RuleError) as refused:
        check_protocol(replace(GOOD_PROTOCOL, questions=[], has_scan=False, secretary=1))
    assert refused.value.code == "R13.1"
    assert [fault.code for fault in refused.value.faults] == ["R13.1.agenda", "R13.1.scan", "R13.3"]


def test_before_signing_no_scan_is_asked():
    assert codes(replace(GOOD_PROTOCOL, has_scan=False), with_scan=False) == []


def test_r13_2_more_votes_than_members_present():
    many = replace(GOOD_PROTOCOL, questions=[QuestionDraft(1, "О", [DecisionDraft("Да", Votes(20, 0, 3))])])
    many = replace(many, members_present=22)
    with pytest.raises(RuleError) as refused:
        check_protocol(many)
    assert refused.value.code == "R13.2"
    assert refused.value.params == {
        "question": 1,
        "decision": 1,
        "in_favour": 20,
        "against": 0,
        "abstained": 3,
        "present": 22,
    }


def test_r13_2_fewer_votes_are_fine_and_counted():
    assert vote_fault(Votes(20, 0, 2), 24) is None
    assert not_voted(Votes(20, 0, 2), 24) == 2


def test_r13_2_unanimous_stores_those_who_voted():
    assert unanimous(22) == Votes(22, 0, 0)
    assert unanimous(22).unanimous
    assert not Votes(22, 0, 1).unanimous
    assert not Votes(0).unanimous


@given(st.integers(-3, 30), st.integers(-3, 30), st.integers(-3, 30), st.integers(0, 60))
def test_r13_2_votes_fit_exactly_when_they_are_those_of_people_present(yes, no, abstained, present):
    fits = min(yes, no, abstained) >= 0 and yes + no + abstained <= present
    assert (vote_fault(Votes(yes, no, abstained), present) is None) is fits


def test_r13_3_chair_and_secretary_are_two_people():
    with pytest.raises(RuleError) as refused:
        check_protocol(replace(GOOD_PROTOCOL, secretary=1))
    assert refused.value.code == "R13.3"


def test_a_quorum_is_asked_only_where_it_is_set():
    assert not quorum_missed(1, 100, None)
    assert quorum_missed(49, 100, 50)
    assert not quorum_missed(50, 100, 50)
    assert quorum_missed(1, 3, 50)


# --- Report -------------------------------------------------------------------------------------------------------

WORDS = SectionFact(words="Описание")
FULL = dict.fromkeys(range(1, 10), WORDS)


def report(**sections: SectionFact) -> ReportDraft:
    return ReportDraft({**FULL, **{int(name.removeprefix("s")): fact for name, fact in sections.items()}})


def test_a_full_report_may_be_sent():
    assert report_faults(ReportDraft(FULL)) == ()
    check_report(ReportDraft(FULL))


@pytest.mark.parametrize("number", [3, 4, 5, 6, 7])
@pytest.mark.parametrize(
    ("rows", "words", "fault"),
    [
        (0, "", True),
        (0, " \n\t ", True),
        (0, "–", True),
        (0, "нет", False),
        (0, " Нет. ", False),
        (2, "", False),
        (2, "нет", False),
        (0, "Педагоги выступали.", False),
    ],
)
def test_r14_3_sections_3_to_7_take_rows_or_words_or_no(number, rows, words, fault):
    faults = report_faults(ReportDraft({**FULL, number: SectionFact(rows, words)}))
    assert faults == ((Fault("R14.3.empty", {"section": number}),) if fault else ())


@pytest.mark.parametrize("number", [8, 9])
@pytest.mark.parametrize(
    ("rows", "words", "code"),
    [
        (0, "", "R14.3.empty"),
        (5, "", "R14.3.empty"),
        (0, "…", "R14.3.empty"),
        (0, "нет", "R14.3.no"),
        (0, "«НЕТ».", "R14.3.no"),
        (3, "нет", "R14.3.no"),
        (0, "Нет кабинета для занятий.", None),
        (0, "Не хватает часов.", None),
    ],
)
def test_r14_3_sections_8_and_9_need_the_leaders_words(number, rows, words, code):
    faults = report_faults(ReportDraft({**FULL, number: SectionFact(rows, words)}))
    assert [fault.code for fault in faults] == ([code] if code else [])


@pytest.mark.parametrize("number", [1, 2])
def test_r14_3_sections_1_and_2_may_stay_without_words(number):
    assert report_faults(ReportDraft({**FULL, number: SectionFact()})) == ()


def test_r14_3_a_refusal_names_all_sections():
    with pytest.raises(RuleError) as refused:
        check_report(ReportDraft())
    assert refused.value.code == "R14.3"
    assert refused.value.params == {"sections": (3, 4, 5, 6, 7, 8, 9)}


def test_r14_3_order_and_code_of_single_faults():
    faults = report_faults(report(s4=SectionFact(), s9=SectionFact(words="нет")))
    assert faults == (Fault("R14.3.empty", {"section": 4}), Fault("R14.3.no", {"section": 9}))
