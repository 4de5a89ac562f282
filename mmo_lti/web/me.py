"""The person's own page: official name and organisation, achievements, notices, signed-in devices."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.rules.activity import AchievementKind, Level, OpenEventPart, Publisher
from mmo_lti.services import achievement, notice_preference, web_session
from mmo_lti.services.achievement import Achieved
from mmo_lti.services.association import find_association
from mmo_lti.services.association_list import own_associations
from mmo_lti.services.membership_move import STANDING
from mmo_lti.services.organisation import list_organisations
from mmo_lti.services.person import confirm_profile, find_person, organisations_of
from mmo_lti.web import words
from mmo_lti.web.form import Form, one_of, perform
from mmo_lti.web.request import now, session_for_request, signed_in
from mmo_lti.web.sentences import coded


def make_blueprint() -> Blueprint:
    """«Мои данные»."""
    pages = Blueprint("me", __name__)
    pages.add_url_rule("/me", view_func=me, methods=["GET"])
    pages.add_url_rule("/me/profile", view_func=profile_confirm, methods=["POST"])
    pages.add_url_rule("/me/achievements", view_func=achievement_add, methods=["POST"])
    pages.add_url_rule("/me/achievements/<int:number>/remove", view_func=achievement_remove, methods=["POST"])
    pages.add_url_rule("/me/notices", view_func=notices_choose, methods=["POST"])
    pages.add_url_rule("/me/sessions/<int:number>/end", view_func=session_end, methods=["POST"])
    return pages


def me() -> str:
    """The own page."""
    return _page(Form({}))


def profile_confirm() -> Response:
    """Confirm official name, organisation and position."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    last, first = form.text("last", required=True), form.text("first", required=True)
    return perform(
        lambda: confirm_profile(
            session,
            actor,
            last,
            first,
            form.text("patronymic"),
            form.numbers("organisation"),
            form.text("position"),
            form.ticked("young"),
            now(),
        ),
        form=form,
        page=_page,
        done=gettext("Данные сохранены. В документах будет именно это написание."),
        to="/me",
    )


def achievement_add() -> Response:
    """Add an own achievement."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    title, day = form.text("title", required=True, longest=500), form.day("day", required=True)
    association = find_association(session, actor.centre_id, form.text("code"))

    def add() -> object:
        assert day is not None  # noqa: S101 - a missing day is a fault of the form
        achieved = Achieved(
            kind=AchievementKind(form.text("kind")),
            title=title,
            day=day,
            level=one_of(Level, form.text("level")),
            result=form.text("result"),
            where=form.text("where"),
            part=one_of(OpenEventPart, form.text("part")),
            publisher=one_of(Publisher, form.text("publisher")),
            address=form.text("address"),
        )
        return achievement.add_achievement(session, actor, association, achieved, now())

    if form.text("kind") not in set(AchievementKind):
        form.faults["kind"] = gettext("Выберите вид достижения.")
    done = gettext("Достижение добавлено: оно войдёт в отчёт объединения.")
    return perform(add, form=form, page=_page, done=done, to="/me#achievements")


def achievement_remove(number: int) -> Response:
    """Remove an own achievement."""
    session, actor = session_for_request(), signed_in()
    found = achievement.find_own(session, actor, number)
    return perform(
        lambda: achievement.remove_achievement(session, actor, found, now()),
        form=Form({}),
        page=_page,
        done=gettext("Достижение удалено."),
        to="/me#achievements",
    )


def notices_choose() -> Response:
    """Choose which kinds of notices come."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    return perform(
        lambda: notice_preference.choose(
            session, actor, form.chosen("offered"), form.chosen("wanted"), now()
        ),
        form=form,
        page=_page,
        done=gettext("Выбор сообщений сохранён."),
        to="/me#notices",
    )


def session_end(number: int) -> Response:
    """End one of the own sessions."""
    session, actor = session_for_request(), signed_in()
    return perform(
        lambda: web_session.end_own_session(session, actor, number, now()),
        form=Form({}),
        page=_page,
        done=gettext("Сеанс завершён."),
        to="/me#sessions",
    )


def _page(form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    person = find_person(session, actor.centre_id, actor.person_id or 0)
    cards = [one for one in own_associations(session, actor, now()) if one.mine in STANDING]
    return render_template(
        "me/page.html",
        form=form,
        blank=Form({}),
        person=person,
        posts=[one.id for one in organisations_of(person)],
        organisation_options=[(one.id, one.name) for one in list_organisations(session, actor, now())],
        achievements=achievement.own_achievements(session, actor),
        cards=cards,
        association_options=[(one.association.code, one.association.genitive) for one in cards],
        notices=notice_preference.preferences(session, actor, now()),
        audiences=words.audience_words(),
        notice_label=lambda kind: coded(f"notice.label.{kind}"),
        sessions=web_session.own_sessions(session, actor, now()),
        kinds=words.kind_words(),
        levels=words.level_words(),
        parts=words.part_words(),
        publishers=words.publisher_words(),
    )
