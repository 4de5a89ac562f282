"""The connection with Moodle: how each course stands, what failed, and «sync now» with its progress."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from mmo_lti.installation import installation
from mmo_lti.models.course import Course
from mmo_lti.models.moodle_check import MoodleCheck
from mmo_lti.models.sync_run import SyncRun
from mmo_lti.rules.action import Action
from mmo_lti.services import dead_work, sync_runs
from mmo_lti.services.course import connected_courses, find_course
from mmo_lti.services.course_end import links_in
from mmo_lti.services.drift_list import open_questions
from mmo_lti.services.moodle_access import find_access
from mmo_lti.services.permission import may
from mmo_lti.services.sync_health import CourseHealth, sync_health, sync_now
from mmo_lti.web.finding_steps import finding_steps
from mmo_lti.web.form import Form, perform
from mmo_lti.web.order_form import places
from mmo_lti.web.request import now, session_for_request, signed_in, today
from mmo_lti.web.sync_words import answer_words, failure_sentence, work_word

PATH = "/city/sync"
PASSING = frozenset({"moodle_site_maintenance", "moodle_maintenance_page", "moodle_maintenance_begins"})
"""Failures that end without anybody's doing."""


def make_blueprint() -> Blueprint:
    """`/city/sync`; the coordinator's answers are in `sync_answers`."""
    pages = Blueprint("sync", __name__)
    pages.add_url_rule(PATH, view_func=sync, methods=["GET"])
    pages.add_url_rule(PATH, view_func=sync_all, methods=["POST"])
    pages.add_url_rule(PATH + "/state", view_func=sync_state, methods=["GET"])
    pages.add_url_rule(PATH + "/courses/<int:number>", view_func=course_runs, methods=["GET"])
    pages.add_url_rule(PATH + "/courses/<int:number>", view_func=course_sync, methods=["POST"])
    pages.add_url_rule(
        PATH + "/work/<int:number>/<any(retry, drop):act>", view_func=work_answer, methods=["POST"]
    )
    return pages


def sync() -> str:
    """Every connected course; the coordinator also sees the questions, a site administrator counts only."""
    return page(Form({}))


def sync_all() -> Response:
    """«Синхронизировать сейчас»: every connected course."""
    session, actor, moment = session_for_request(), signed_in(), now()

    def start() -> object:
        courses = [one.course for one in sync_health(session, actor, moment)]
        return [sync_now(session, actor, course, moment) for course in courses]

    return perform(start, form=Form(), page=page, done="", to=PATH)


def course_sync(number: int) -> Response:
    """Sync one course."""
    session, actor = session_for_request(), signed_in()
    course = find_course(session, actor.centre_id, number)
    return perform(lambda: sync_now(session, actor, course, now()), form=Form(), page=page, done="", to=PATH)


def sync_state() -> Response:
    """How far the wanted syncs are, for the page's script."""
    health = sync_health(session_for_request(), signed_in(), now())
    waiting = sum(one.waiting for one in health)
    return jsonify(
        finished=waiting == 0,
        percent=round(100 * (len(health) - waiting) / len(health)) if health else 100,
        words=ngettext("Обновляется %(num)s курс…", "Обновляется %(num)s курсов…", waiting),
    )


def course_runs(number: int) -> str:
    """One course and its last runs."""
    session, actor = session_for_request(), signed_in()
    return course_page(find_course(session, actor.centre_id, number), Form({}))


def course_page(course: Course, form: Form) -> str:
    """One course: its runs, and for the coordinator where its groups go on when it ends."""
    session, actor, moment = session_for_request(), signed_in(), now()
    chooses = may(session, actor, Action.COURSE_CONNECT, today())
    others = connected_courses(session, actor, moment) if chooses else []
    return render_template(
        "sync/runs.html",
        course=course,
        form=form,
        runs=sync_runs.runs_of(session, actor, course, moment),
        links=links_in(session, actor, course, moment) if chooses else [],
        others=[one for one in others if one.id != course.id],
        failure_sentence=failure_sentence,
    )


def work_answer(number: int, act: str) -> Response:
    """Try given-up work again, or give it up for good."""
    session, actor, moment = session_for_request(), signed_in(), now()
    answer = dead_work.retry if act == "retry" else dead_work.drop
    done = (
        gettext("Работа поставлена в очередь заново.")
        if act == "retry"
        else gettext("Больше не повторяем и не спрашиваем.")
    )
    return perform(lambda: answer(session, actor, number, moment), form=Form(), page=page, done=done, to=PATH)


def page(form: Form) -> str:
    """The whole page; a refused answer comes back with what was typed."""
    session, actor, moment, day = session_for_request(), signed_in(), now(), today()
    health = sync_health(session, actor, moment)
    answers = may(session, actor, Action.DRIFT_ANSWER, day)
    chooses = may(session, actor, Action.COURSE_CONNECT, day)
    lost = sync_runs.lost_links(session, actor, moment) if chooses else []
    return render_template(
        "sync/page.html",
        form=form,
        health=health,
        troubles=[one for one in health if one.last is not None and one.last.failure],
        waiting=any(one.waiting for one in health),
        access=find_access(session, actor.centre_id),
        mails=bool(installation().config.smtp_url),
        questions=open_questions(session, actor, moment) if answers else [],
        answers=answers,
        confirms=may(session, actor, Action.ROSTER_CONFIRM, day),
        runs=may(session, actor, Action.SYNC_RUN, day),
        platform=may(session, actor, Action.PLATFORM_MANAGE, day),
        lost=lost,
        places=places() if lost else [],
        work=dead_work.failed_work(session, actor, moment),
        failure_sentence=failure_sentence,
        failure_steps=failure_steps,
        work_word=work_word,
        answer_words=answer_words,
        refused=refused_numbers,
    )


def failure_steps(run: SyncRun) -> str:
    """Where to click in Moodle about a failed sync; empty where it passes by itself, or is to be decided."""
    if run.failure in PASSING:
        return ""
    params = {**run.params, "capabilities": ", ".join(run.params.get("capabilities", ()))}
    return finding_steps(MoodleCheck(level="failure", code=run.failure, params=params))


def refused_numbers(health: CourseHealth) -> dict[str, Any] | None:
    """The numbers of a refused answer, for the coordinator to confirm; none where nothing was refused."""
    return health.refused.params if health.refused is not None else None
