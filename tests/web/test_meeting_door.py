"""At the door of a meeting: QR code and digits for those who keep the list, and the list beside check-ins."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta

import pytest
import segno

from mmo_lti.models.database import Database
from mmo_lti.models.meeting import Meeting
from mmo_lti.rules.states import MeetingState, ProtocolState
from tests.documents.docx_text import text_of as docx_text
from tests.documents.pdf_text import text_of as pdf_text
from tests.factories.membership import make_helper
from tests.factories.moment import moment
from tests.factories.protocol import make_protocol
from tests.web import test_accessible
from tests.web.conftest import City, ClientFor, Clock
from tests.web.meeting_now import HERE, LINK, PAGE, STARTS, begin_meeting, present
from tests.web.page import Page, follow, press, read, see
from tests.web.visitor import TOOL, Visitor


@pytest.fixture
def meeting(database: Database, city: City, clock: Clock) -> Meeting:
    return begin_meeting(database, city, clock)


def test_it_shows_the_qr_code_of_the_tools_own_address_and_the_digits(
    leader: Visitor, meeting: Meeting
) -> None:
    page = see(leader, PAGE)
    assert dark_modules(page) == modules_of(f"{TOOL}/go/{LINK}")
    assert page.tree.xpath("//*[@role='img']/@aria-label") == [
        "QR-код: откройте его камерой телефона, чтобы отметиться"
    ]
    assert "482 913" in page.text
    assert "отметка открыта до 16:00" in page
    assert f"{PAGE}/screen" in page.links()
    assert page.primary == ["Состоялось: составить протокол"]


def test_from_the_morning_on_it_says_when_check_in_opens(
    leader: Visitor, meeting: Meeting, clock: Clock
) -> None:
    clock.at = moment(2026, 10, 11, 21)  # midnight in Moscow
    assert "откроется в 14:00" in see(leader, PAGE)
    clock.at -= timedelta(seconds=1)
    assert "482 913" not in see(leader, PAGE).text
    clock.at = STARTS + timedelta(minutes=90)
    assert "482 913" not in see(leader, PAGE).text


def test_helpers_show_it_and_nobody_else_reads_the_code(
    client_for: ClientFor, member: Visitor, director: Visitor, database: Database, city: City,
    meeting: Meeting, coordinator: Visitor,
) -> None:  # fmt: skip
    with database.write() as session:
        make_helper(session, city.association, city.members[1])
    assert "482 913" in see(client_for(city.members[1]), PAGE).text
    for visitor in (member, director, coordinator):
        page = see(visitor, PAGE)
        assert "482 913" not in page.text
        assert LINK not in page.text
        assert visitor.get(f"{PAGE}/screen").location == PAGE


def test_the_screen_has_nothing_but_the_way_to_check_in(leader: Visitor, meeting: Meeting) -> None:
    page = see(leader, f"{PAGE}/screen")
    assert dark_modules(page) == modules_of(f"{TOOL}/go/{LINK}")
    assert "482 913" in page.text
    assert "Отметка открыта с 14:00 до 16:00." in page
    assert "Белова" not in page
    assert page.buttons == set()


@pytest.mark.parametrize("state", [MeetingState.CANCELLED, MeetingState.HELD])
def test_a_cancelled_meeting_and_one_with_a_lodged_protocol_have_no_door(
    leader: Visitor, database: Database, meeting: Meeting, state: MeetingState
) -> None:
    with database.write() as session:
        row = session.get_one(Meeting, meeting.id)
        row.state = state
        if state is MeetingState.HELD:
            make_protocol(session, row, ProtocolState.LODGED)
    assert "482 913" not in see(leader, PAGE).text
    assert leader.get(f"{PAGE}/screen").status_code == 302


def test_the_list_says_who_checked_in_and_the_open_form_unmarks_nobody(
    leader: Visitor, member: Visitor, database: Database, city: City, meeting: Meeting
) -> None:
    form = see(leader, PAGE).form("Состоялось")
    press(member, f"/check-in/{LINK}", HERE)
    assert "отметка по коду в 14:40" in see(leader, PAGE)
    ticked = {**form.values, "present": [str(city.members[4].id)]}
    follow(leader, read(leader.post(PAGE, ticked)))
    assert present(database) == {city.member.id, city.members[4].id}


def test_the_form_that_came_back_still_knows_whom_it_showed(
    leader: Visitor, client_for: ClientFor, database: Database, city: City, meeting: Meeting
) -> None:
    press(client_for(city.members[2]), f"/check-in/{LINK}", HERE)
    form = see(leader, PAGE).form("Состоялось")
    press(client_for(city.members[3]), f"/check-in/{LINK}", HERE)
    refused = read(leader.post(PAGE, {**form.values, "present": [str(city.outsider.id)]}))
    assert refused.status == 422
    again = refused.form("Состоялось").values
    follow(leader, read(leader.post(PAGE, {**again, "present": []})))
    assert present(database) == {city.members[3].id}, "unticked, and come meanwhile"


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_printed_sheet_has_the_code_until_check_in_closes(
    leader: Visitor, database: Database, meeting: Meeting, clock: Clock, kind: str
) -> None:
    def is_on_it() -> bool:
        data = leader.get(f"{PAGE}/sheet.{kind}").data
        text = pdf_text(data) if kind == "pdf" else docx_text(data)
        return "могут отметиться с телефона" in text

    assert is_on_it()
    clock.at = STARTS - timedelta(days=5)
    assert is_on_it(), "printed in advance"
    clock.at = STARTS + timedelta(minutes=90)
    assert not is_on_it()


@pytest.mark.parametrize(
    ("who", "path"),
    [
        *itertools.product(["leader", "member"], ["/", "/check-in", f"/check-in/{LINK}", PAGE]),
        ("leader", f"{PAGE}/screen"),
    ],
)
def test_the_pages_can_be_used_by_ear(
    request: pytest.FixtureRequest, meeting: Meeting, who: str, path: str
) -> None:
    visitor: Visitor = request.getfixturevalue(who)
    test_accessible.test_a_page_is_named_ordered_and_labelled(visitor, path)
    test_accessible.test_at_most_one_act_stands_out(visitor, path)
    test_accessible.test_a_state_is_a_mark_a_word_and_a_colour(visitor, path)


def modules_of(address: str) -> set[tuple[int, int]]:
    """Dark squares of the address's code, counted from the corner of the quiet zone."""
    rows = segno.make(address, error="m", micro=False).matrix
    return {(x + 4, y + 4) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}


def dark_modules(page: Page) -> set[tuple[int, int]]:
    """The squares that the page's picture draws: strokes of one unit along the middles of rows."""
    (path,) = page.tree.xpath("//main//*[@role='img']//*[local-name()='path'][@stroke]/@d")
    dark, x, y = set(), 0.0, 0.0
    for command, values in re.findall(r"([Mmh])([-\d. ]+)", path):
        numbers = [float(one) for one in values.split()]
        if command == "h":
            dark |= {(int(x) + step, int(y)) for step in range(int(numbers[0]))}
            x += numbers[0]
        else:
            (right, down) = numbers
            x, y = (right, down) if command == "M" else (x + right, y + down)
    return dark
