"""In a real browser: the coordinator's ways through the city, with the page's own script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from mmo_lti.installation import Installation
from mmo_lti.models.database import Database
from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.models.protocol import Protocol
from mmo_lti.rules.states import MeetingState, ProtocolState
from tests.factories.association import make_association
from tests.factories.meeting import make_meeting
from tests.factories.moment import NOW, moment
from tests.factories.protocol import make_protocol
from tests.web.conftest import City
from tests.web.live import chromium, open_for, served
from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, app: Flask, coordinator: Visitor) -> Iterator[Page]:
    """A window of the width that Moodle gives, in which the coordinator is signed in."""
    site: Installation = app.extensions["mmo"]
    with served(app) as address:
        site.config = replace(site.config, public_url=address)
        context = open_for(browser, coordinator, address)
        yield context.new_page()
        context.close()


def test_a_mark_of_the_city_leads_to_its_cause(page: Page) -> None:
    page.goto("/city")
    expect(page.get_by_text("0 из 1 в порядке.")).to_be_visible()
    page.get_by_role("link", name="Просрочено или отстаёт").click()
    page.locator("td[data-label='План'] a").click()
    expect(page).to_have_url("/a/MMO-02/2026-27/plan")


def test_protocols_are_decided_one_after_the_other(page: Page, database: Database, city: City) -> None:
    with database.write() as session:
        other = make_association(session, city.centre, "учителей физики", code="MMO-03")
        for association in (city.association, other):
            meeting = make_meeting(session, association, moment(2026, 9, 21), state=MeetingState.HELD)
            make_protocol(session, meeting, ProtocolState.LODGED, lodged_by=city.leader.id)
    page.goto("/city/inbox")
    expect(page.get_by_role("heading", name="Протокол № 1 ММО учителей математики")).to_be_visible()
    page.get_by_role("button", name="Принять протокол").click()
    expect(page.get_by_text("Протокол принят.")).to_be_visible()
    expect(page.get_by_role("heading", name="Протокол № 1 ММО учителей физики")).to_be_visible()
    page.get_by_text("Вернуть с замечаниями").first.click()
    page.get_by_label("Что нужно исправить в протоколе").fill("Нет подписи секретаря")
    page.get_by_role("button", name="Вернуть с замечаниями").click()
    expect(page.get_by_text("Протоколов на проверке нет.")).to_be_visible()
    with database.read() as session:
        states = session.scalars(select(Protocol.state).order_by(Protocol.id)).all()
        assert states == [ProtocolState.ACCEPTED, ProtocolState.RETURNED]


def test_searching_a_leader_loses_nothing_of_the_order(page: Page) -> None:
    page.goto("/city/orders/MMO-02?act=acting")
    page.get_by_label("Номер").fill("44-од")
    page.get_by_label("По (включительно)").fill("2026-10-20")
    page.get_by_label("Найти по фамилии").fill("яковлева")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_label("Номер")).to_have_value("44-од")
    page.get_by_label("Кто", exact=True).select_option(
        label="Яковлева Анна Ивановна, МБОУ «Средняя школа № 4»"
    )
    page.get_by_role("button", name="Зарегистрировать назначение").click()
    expect(page.get_by_text("Приказ зарегистрирован.")).to_be_visible()


def test_the_page_of_moodle_waits_for_the_sync_and_then_shows_it(
    page: Page, database: Database, city: City
) -> None:
    with database.write() as session:
        access = MoodleAccess(centre_id=city.centre.id, url="https://moodle.example", changed_at=NOW)
        access.sealed_token = "sealed"
        session.add(access)
    page.goto("/city/sync")
    page.get_by_role("button", name="Синхронизировать сейчас").click()
    expect(page.get_by_text("Обновляется 1 курс…")).to_be_visible()
    with database.write() as session:
        for row in session.scalars(select(OutboxRow)):
            row.done_at = NOW
    expect(page.locator("[data-progress]")).to_have_count(0)
