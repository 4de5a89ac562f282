"""What plans, protocols, orders and sheets say in particular cases."""

from datetime import date

import pytest

from mmo_lti.documents import attendance_sheet, order, plan, protocol
from mmo_lti.documents.parties import Person
from mmo_lti.documents.plan import Month, PlanItem
from mmo_lti.documents.protocol import AgendaItem, Annex, Decision, Guest, Vote
from mmo_lti.rules.names import PersonName
from tests.documents import examples, sample_city
from tests.documents.pdf_text import flat


def item(**changes) -> PlanItem:
    return PlanItem(
        **{
            "form": "заседание",
            "topic": "Тема",
            "term": Month(2026, 10),
            "place": "МБУ МЦ",
            "responsible": "руководитель ММО",
            "result": "протокол",
            "meeting": 1,
            **changes,
        }
    )


def rows(*items):
    return plan.context(examples.plan(items=items))["items"]


def test_items_of_a_plan_come_by_date_a_month_as_its_last_day():
    made = rows(
        item(topic="в октябре"),
        item(topic="1 ноября", term=date(2026, 11, 1)),
        item(topic="30 октября", term=date(2026, 10, 30)),
    )
    assert [(row["number"], flat(row["topic"]), flat(row["term"])) for row in made] == [
        (1, "30 октября", "30 октября 2026 г."),
        (2, "в октябре", "октябрь 2026 г."),
        (3, "1 ноября", "1 ноября 2026 г."),
    ]


@pytest.mark.parametrize(
    ("form", "meeting", "printed"),
    [
        ("заседание", 1, "заседание № 1"),
        ("семинар-практикум", 2, "семинар-практикум (заседание № 2)"),
        ("семинар-практикум", None, "семинар-практикум"),
    ],
)
def test_a_meeting_is_numbered_whatever_its_form(form, meeting, printed):
    (row,) = rows(item(form=form, meeting=meeting))
    assert flat(row["form"]) == printed
    assert row["meeting"] is (meeting is not None)


def test_a_plan_without_proposals_does_not_mention_them():
    assert plan.context(examples.plan(proposals=None))["proposed"] == ""
    assert plan.context(examples.plan(proposals=plan.Proposals(0, 0)))["proposed"] == ""


def said(**changes):
    return protocol.context(examples.protocol(**changes))


def test_up_to_fifteen_are_named_and_more_are_counted():
    few, many = said(present=sample_city.crowd(15)), said(present=sample_city.crowd(16))
    assert flat(few["present"]).startswith("15 человек: ")
    assert len(few["present"].split(", ")) == 15
    assert few["present"].endswith(".")
    assert not few["present"].endswith("..")
    assert flat(many["present"]) == "16 человек (список прилагается)."


def test_names_are_in_the_order_of_lists():
    people = tuple(Person(name=PersonName(last, "Анна")) for last in ("Жукова", "Ёлкина", "Егорова", "Ежова"))
    assert flat(said(present=people)["present"]) == "4 человека: Егорова А., Ежова А., Ёлкина А., Жукова А."


def test_more_than_fifteen_absent_are_a_list_of_their_own():
    made = said(absent=sample_city.crowd(16), annexes=(Annex("Лист регистрации", 2),))
    assert flat(made["annexes"]) == "1. Лист регистрации на 2 л. 2. Список отсутствовавших."
    assert len(made["absent_list"]) == 16
    assert said(absent=())["absent"] != ""
    assert said(absent=None)["absent"] == ""


def test_a_remote_meeting_has_no_place():
    assert said(remote=True)["place"] == ""
    assert flat(said(ends=None)["time"]) == "14:30."


@pytest.mark.parametrize(
    ("vote", "silent"),
    [
        (Vote(in_favour=20, abstained=2), "2"),
        (Vote(in_favour=24), ""),
        (Vote(in_favour=30), ""),
        (Vote(in_favour=0, against=1), "23"),
    ],
)
def test_who_did_not_vote_is_computed(vote, silent):
    made = said(agenda=(AgendaItem(wording="О плане", vote=vote),))
    assert made["agenda"][0]["vote"]["silent"] == silent


def test_decisions_are_numbered_within_their_question():
    decisions = (
        Decision(text="Принять"),
        Decision(text="Провести", responsible="И. И. Ким", due=date(2026, 12, 20)),
    )
    question = AgendaItem(wording="О плане", decisions=decisions)
    second = said(agenda=(question, question))["agenda"][1]
    assert [flat(" ".join(made.values())) for made in second["decisions"]] == [
        "2.1. Принять.",
        "2.2. Провести. И. И. Ким. 20 декабря 2026 г.",
    ]


def test_the_speaker_runs_on_into_what_was_heard():
    question = AgendaItem(
        wording="О плане", speaker="И. И. Ким, методист", heard="рассказала.\nПоказала.", theses=True
    )
    (made,) = said(agenda=(question,))["agenda"]
    assert flat(made["heard"]["first"]) == "И. И. Ким – рассказала."
    assert [flat(paragraph["text"]) for paragraph in made["heard"]["rest"]] == [
        "Показала.",
        "(тезисы прилагаются)",
    ]
    assert flat(made["speaker"]) == "И. И. Ким, методист."


def test_guests_stand_apart():
    assert (
        flat(said(guests=(Guest(name="В. С. Ткач", position="методист"), Guest(name="Л. Цой")))["guests"])
        == "В. С. Ткач, методист; Л. Цой."
    )


def test_an_order_of_creation():
    made = order.context(examples.order())
    assert flat(made["preamble"]) == (
        "В соответствии с пунктами 1.1, 1.3 Положения о муниципальных методических объединениях педагогических работников "
        "образовательных учреждений городского округа Иваново, по инициативе управления образования Администрации города Иваново, "
        "в связи с необходимостью методического сопровождения учителей математики"
    )
    assert [flat(clause) for clause in made["clauses"]] == [
        "1. Создать с 15 сентября 2026 г. на базе МБУ МЦ муниципальное методическое объединение учителей математики (далее – ММО).",
        "2. Утвердить список членов ММО (приложение, 14 человек).",
        "3. Назначить руководителем ММО Соловьёву Алёну Фёдоровну, учителя математики МБОУ «Гимназия № 23».",
        "4. Контроль за исполнением приказа оставляю за собой.",
    ]
    assert len(made["members"]) == 14


def test_an_order_of_appointment():
    made = order.context(
        examples.order(content=examples.APPOINTMENT, control="возложить на методиста И. И. Ким.")
    )
    assert (
        flat(made["heading"])
        == "О назначении руководителя муниципального методического объединения учителей математики"
    )
    assert "пунктом 4.2 Положения" in flat(made["preamble"])
    assert [flat(clause) for clause in made["clauses"]][1:] == [
        "2. Считать утратившим силу приказ от 2 сентября 2024 г. № 31-од.",
        "3. Руководителю ММО представить на согласование директору МБУ МЦ план работы ММО не позднее 1 октября, "
        "предоставить отчёт о деятельности ММО не позднее 20 июня.",
        "4. Контроль за исполнением приказа возложить на методиста И. И. Ким.",
    ]


def test_an_order_of_acting():
    made = order.context(examples.order(content=examples.ACTING))
    assert flat(made["preamble"]).endswith("городского округа Иваново, в связи с отпуском руководителя")
    assert flat(made["clauses"][0]) == (
        "1. Возложить на период с 11 января 2027 г. по 5 февраля 2027 г. включительно исполнение обязанностей руководителя "
        "муниципального методического объединения учителей математики на Соловьёву Алёну Фёдоровну, учителя математики МБОУ «Гимназия № 23»."
    )


def test_the_sheet_has_ten_empty_rows_and_no_more_about_people_than_the_form():
    made = attendance_sheet.context(examples.attendance_sheet(people=sample_city.edge_people()))
    assert len(made["rows"]) == 15 + 10
    assert [row["number"] for row in made["rows"]] == [str(number) for number in range(1, 26)]
    assert {key for row in made["rows"] for key in row} == {"number", "name", "organisation", "position"}


@pytest.mark.parametrize(
    ("total", "printed"), [(1, "1 человек"), (22, "22 человека"), (111, "111 человек"), (None, "_____")]
)
def test_the_total_of_a_sheet(total, printed):
    assert flat(attendance_sheet.context(examples.attendance_sheet(total=total))["total"]) == printed
