"""What a page says when it cannot be shown."""

from io import BytesIO

import pytest
from flask import Flask

from tests.web.visitor import Visitor


def test_a_wrong_address_leads_home(member: Visitor) -> None:
    page = member.page("/a/MMO-99", 404)
    assert "Такой страницы нет" in page
    assert 'href="/"' in page


def test_an_address_that_never_was_looks_the_same_without_a_session(stranger: Visitor) -> None:
    assert "Такой страницы нет" in stranger.page("/no/such/page", 404)


@pytest.mark.parametrize("path", ["/files/99999999999999999999", "/city/sync/courses/99999999999999999999"])
def test_a_number_that_no_database_holds_is_nothing(coordinator: Visitor, path: str) -> None:
    coordinator.page(path, 404)


def test_a_page_for_others_says_whose_it_is(member: Visitor) -> None:
    page = member.page("/city/inbox", 403)
    assert "Координатора и директора" in page


def test_a_form_sent_to_a_page_that_takes_none_is_no_crash(member: Visitor) -> None:
    assert member.post("/associations/nothing").status_code == 404


def test_a_file_over_the_limit_is_named_with_the_limit(coordinator: Visitor, app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    sent = {"scan": (BytesIO(b"x" * 5000), "scan.pdf")}
    answer = coordinator.post("/city/orders/adopt", sent, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "не больше 50 МБ" in answer.text
    assert "Больше ничего не потеряно" in answer.text


def test_a_failure_gives_a_code_for_the_administrator_and_asks_nothing_of_the_database(
    member: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> str:
        raise RuntimeError("Иванова Анна")

    monkeypatch.setitem(app.view_functions, "associations.associations_list", broken)
    answer = member.get("/associations")
    assert answer.status_code == 500
    assert "Страница не открылась из-за ошибки" in answer.text
    reference = answer.text.split("<code>")[1].split("</code>")[0]
    assert f"reference {reference}" in caplog.text
