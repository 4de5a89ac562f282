"""Forms, levels and kinds of activity (R10, R19)."""

from mmo_lti.rules.activity import FORMS, MEETING_FORM, REPORT_SECTION_OF, AchievementKind, Audience, Level
from mmo_lti.rules.regulation import regulation

LISTED = (
    "рабочая встреча членов методического объединения, заседание, тематический семинар, тематический вебинар, "
    "семинар-практикум, лекторий, конференция, «круглый стол», педагогическая мастерская, консультация, "
    "дискуссионный клуб, мастер-класс, открытый урок, открытое занятие, педагогические чтения, форум, конкурс"
)


def test_r10_the_forms_are_those_of_the_rules():
    assert list(FORMS[:-1]) == LISTED.split(", ")
    assert FORMS[-1] == "обсуждение докладов, выступлений и другого методического продукта"
    assert MEETING_FORM in FORMS


def test_r10_forms_go_back_to_clause_3_2():
    clause = regulation().text.split("3.2. ")[1].split("\n4. ")[0].lower()
    for form in FORMS:
        if form != MEETING_FORM:
            for word in form.replace("«", " ").replace("»", " ").replace("другого", "др.").split():
                assert word[:4] in clause, form


def test_r10_an_event_is_open_to_members_invited_or_the_city():
    assert list(Audience) == ["members", "invited", "city"]


def test_r19_levels_rise_and_section_5_begins_with_the_municipal_one():
    assert [level.rank for level in Level] == [0, 1, 2, 3, 4]
    assert [level for level in Level if level.municipal_or_higher] == list(Level)[1:]
    assert not Level.ORGANISATION.municipal_or_higher


def test_r19_each_kind_of_achievement_has_its_section():
    assert set(REPORT_SECTION_OF) == set(AchievementKind)
    assert REPORT_SECTION_OF[AchievementKind.CONTEST] == 4
    assert REPORT_SECTION_OF[AchievementKind.PUBLICATION] == 6
