"""Pages speak the language that the launch told, else the browser's, else Russian."""

import pytest
from sqlalchemy import update

from mmo_lti.models.database import Database
from mmo_lti.models.web_session import WebSession
from tests.web.conftest import City, ClientFor
from tests.web.visitor import Visitor

PAGES = ("/", "/associations", "/me", "/city", "/city/inbox", "/city/orders", "/city/sync", "/city/settings")


def speak(database: Database, locale: str) -> None:
    """As if everybody's Moodle had sent this locale."""
    with database.write() as session:
        session.execute(update(WebSession).values(locale=locale))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("locale", "language", "home"), [("en", "en", "Home"), ("ru_RU", "ru", "Главная")])
def test_the_launch_tells_the_language(
    path: str, locale: str, language: str, home: str, coordinator: Visitor, database: Database
) -> None:
    speak(database, locale)
    page = coordinator.page(path)
    assert f'<html lang="{language}"' in page
    assert home in page


def test_a_language_that_is_not_ours_is_answered_in_russian(coordinator: Visitor, database: Database) -> None:
    speak(database, "fr")
    assert '<html lang="ru"' in coordinator.page("/")


def test_a_refusal_is_in_the_same_language(client_for: ClientFor, city: City, database: Database) -> None:
    leader = client_for(city.leader)
    speak(database, "en")
    assert '<html lang="en"' in leader.page("/city", 403)
