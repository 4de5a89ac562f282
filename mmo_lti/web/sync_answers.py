"""The coordinator's answers about Moodle: changes by hand, refused rosters, lost groups, courses that end."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.lti.own_address import is_local_path
from mmo_lti.models.course import GroupLink
from mmo_lti.models.sync_run import DriftAnswer
from mmo_lti.services import course_end, drift, group_link, sync_runs
from mmo_lti.services.course import find_course
from mmo_lti.services.permission import NotFound
from mmo_lti.services.sync_health import confirm_roster
from mmo_lti.web.form import Form, one_of, perform
from mmo_lti.web.order_form import Place, read_place
from mmo_lti.web.request import now, session_for_request, signed_in
from mmo_lti.web.sync import PATH, course_page, page


def make_blueprint() -> Blueprint:
    """What is answered on `/city/sync` (and, about a member, on the members' page)."""
    pages = Blueprint("sync_answers", __name__)
    pages.add_url_rule(PATH + "/drift/<int:number>", view_func=drift_answer, methods=["POST"])
    pages.add_url_rule(PATH + "/courses/<int:number>/confirm", view_func=roster_confirm, methods=["POST"])
    pages.add_url_rule(PATH + "/courses/<int:number>/groups", view_func=groups_read, methods=["POST"])
    pages.add_url_rule(
        PATH + "/links/<int:number>/<any(anew, move, end):act>", view_func=link_choose, methods=["POST"]
    )
    pages.add_url_rule(PATH + "/courses/<int:number>/move", view_func=course_move, methods=["POST"])
    pages.add_url_rule(PATH + "/courses/<int:number>/end", view_func=course_end_all, methods=["POST"])
    return pages


def drift_answer(number: int) -> Response:
    """Take a change over, put it back, or leave it alone."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    found = drift.find_drift(session, actor.centre_id, number)
    given = one_of(DriftAnswer, form.text("answer"))
    if given is None:
        raise NotFound
    reason, back, shown = form.text("reason"), form.text("next"), form.text("shown")
    return perform(
        lambda: drift.answer(session, actor, found, given, now(), reason=reason, shown=shown),
        form=form,
        page=page,
        done=gettext("Ответ принят, Moodle обновится в течение минуты."),
        to=back if back and is_local_path(back) else PATH,
    )


def roster_confirm(number: int) -> Response:
    """Confirm the number of a refused answer by typing it."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    course = find_course(session, actor.centre_id, number)
    typed = form.number("number", required=True)
    return perform(
        lambda: confirm_roster(session, actor, course, -1 if typed is None else typed, now()),
        form=form,
        page=page,
        done=gettext("Число подтверждено: следующее обновление его примет."),
        to=PATH,
    )


def groups_read(number: int) -> Response:
    """Read the groups of a course anew, to choose one from."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    course = find_course(session, actor.centre_id, number)
    back = form.text("next")
    return perform(
        lambda: sync_runs.read_groups(session, actor, course, now()),
        form=form,
        page=page,
        done=gettext("Список групп запрошен у Moodle: обновите страницу через минуту."),
        to=back if back and is_local_path(back) else PATH,
    )


def link_choose(number: int, act: str) -> Response:
    """Make a lost group anew, take one in another course, or end the link."""
    form = Form()
    session, actor, moment = session_for_request(), signed_in(), now()
    link = sync_runs.find_link(session, actor, number)
    place = read_place(form) if act == "move" else None
    if act == "move" and place is None:
        form.faults["place"] = gettext("Выберите курс и группу.")
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "anew": (
            lambda: group_link.create_anew(session, actor, link, moment),
            gettext("Группа создаётся заново."),
        ),
        "move": (lambda: _move(link, place), gettext("Группа выбрана: состав перенесётся в течение минуты.")),
        "end": (
            lambda: group_link.end_link(session, actor, link, moment),
            gettext("Связь прекращена. В Moodle ничего не удалено."),
        ),
    }
    do, done = acts[act]
    return perform(do, form=form, page=page, done=done, to=PATH)


def course_move(number: int) -> Response:
    """Let the associations of a course that ends go on in another one."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    course = find_course(session, actor.centre_id, number)
    chosen = form.number("into", required=True)
    if "into" in form.faults:
        form.faults["into"] = gettext("Выберите курс.")
    return perform(
        lambda: course_end.move_all(
            session, actor, course, find_course(session, actor.centre_id, chosen or 0), now()
        ),
        form=form,
        page=lambda typed: course_page(course, typed),
        done=gettext("Объединения продолжат работу в выбранном курсе: группы появятся в течение минуты."),
        to=PATH,
    )


def course_end_all(number: int) -> Response:
    """End the links of a course."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    course = find_course(session, actor.centre_id, number)
    return perform(
        lambda: course_end.end_all(session, actor, course, now()),
        form=form,
        page=lambda typed: course_page(course, typed),
        done=gettext("Связь прекращена. В Moodle ничего не удалено."),
        to=PATH,
    )


def _move(link: GroupLink, place: Place | None) -> GroupLink:
    if place is None:
        raise NotFound
    return group_link.move_to_course(
        session_for_request(), signed_in(), link, place.course, place.group_id, now()
    )
