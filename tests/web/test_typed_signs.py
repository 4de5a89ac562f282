"""Signs that the font of the documents lacks are named when they are typed, and what was typed is kept."""

from sqlalchemy import select

from mmo_lti.models.database import Database
from mmo_lti.models.plan import Proposal
from tests.web.page import follow, press, see
from tests.web.visitor import Visitor

PAGE = "/a/MMO-02/2026-27/plan"


def test_signs_that_will_not_be_printed_are_named_at_once(member: Visitor, database: Database) -> None:
    page = follow(member, press(member, PAGE, "Предложить", {"proposal": "Космос 🚀 и Луна 🌙"}))
    assert "Знаков 🚀 🌙 нет в шрифте документов: на бумаге вместо них будет «□»." in page
    with database.read() as session:
        assert session.scalars(select(Proposal)).one().topic == "Космос 🚀 и Луна 🌙"


def test_plain_words_raise_no_warning(member: Visitor) -> None:
    page = follow(member, press(member, PAGE, "Предложить", {"proposal": "Космос – №\u00a01, «Луна»"}))
    assert "нет в шрифте" not in page
    assert "нет в шрифте" not in see(member, PAGE)
