"""The work plan of a year: priorities, lines, members' proposals beside it, sending to the director."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.models.plan import Plan, Proposal
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services import meeting as meetings
from mmo_lti.services import meeting_page, plan_item, plan_offer, plan_page, proposal
from mmo_lti.services import plan as plans
from mmo_lti.services.association import find_association
from mmo_lti.services.link import meeting_path
from mmo_lti.services.permission import NotFound
from mmo_lti.services.plan_item import ItemFields
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in, today

Acts = dict[str, tuple[Callable[[], object], str]]
BASE = "/a/<code>/<year:year>/plan"


def make_blueprint() -> Blueprint:
    """`/a/CODE/2026-27/plan`."""
    pages = Blueprint("plan", __name__)
    pages.add_url_rule(BASE, view_func=plan, methods=["GET"])
    pages.add_url_rule(BASE, view_func=plan_change, methods=["POST"])
    pages.add_url_rule(BASE + "/items", view_func=item_change, methods=["POST"])
    pages.add_url_rule(BASE + "/events", view_func=event_begin, methods=["POST"])
    pages.add_url_rule(BASE + "/proposals", view_func=proposal_make, methods=["POST"])
    pages.add_url_rule(BASE + "/proposals/<int:number>", view_func=proposal_answer, methods=["POST"])
    return pages


def plan(code: str, year: AcademicYear) -> str:
    """The plan in force, the draft, and the proposals."""
    return _page(code, year, Form({}))


def plan_change(code: str, year: AcademicYear) -> Response:
    """Begin a version, set its priorities, take what last year left, send it, take it back."""
    form = Form()
    session, actor, moment = session_for_request(), signed_in(), now()
    association = find_association(session, actor.centre_id, code)
    newest = plan_page.newest_plan(session, association, year)
    reason, typed = form.text("reason"), form.text("priorities", longest=4000)

    def write() -> object:
        lines, theme = typed.splitlines(), form.text("theme")
        return plan_item.edit(session, actor, _draft(newest), priorities=lines, theme=theme, now=moment)

    def written() -> Plan:
        """The page sends along what was typed and not saved yet: it stays, whatever becomes of the act."""
        if "priorities" in form.values:
            write()
            session.commit()
        return _draft(newest)

    acts: Acts = {
        "start": (
            lambda: plans.start_draft(session, actor, association, year, moment),
            gettext("Черновик плана готов: впишите приоритеты и мероприятия."),
        ),
        "edit": (write, gettext("Приоритеты сохранены.")),
        "take_priority": (
            lambda: plan_offer.take_priority(session, actor, written(), form.text("line"), moment),
            gettext("Строка взята в приоритетные направления."),
        ),
        "take_item": (
            lambda: plan_offer.take_item(session, actor, written(), form.text("uid"), moment),
            gettext("Пункт взят в план: проверьте его срок."),
        ),
        "submit": (
            lambda: plans.submit(session, actor, written(), moment, reason),
            gettext("План отправлен директору на согласование."),
        ),
        "withdraw": (
            lambda: plans.withdraw(session, actor, _draft(newest), moment, reason),
            gettext("План отозван: его можно менять."),
        ),
    }
    return _perform(code, year, form, acts)


def item_change(code: str, year: AcademicYear) -> Response:
    """Add a line, fill it in anew, drop it."""
    form = Form()
    session, actor, moment = session_for_request(), signed_in(), now()
    association = find_association(session, actor.centre_id, code)
    draft = _draft(plan_page.newest_plan(session, association, year))
    uid, number = form.text("uid"), form.number("meeting")
    known = meeting_page.find_meeting(session, association, year, number) if number else None
    fields = ItemFields(
        form=form.text("form"),
        topic=form.text("topic"),
        month=form.number("month"),
        day=form.day("day"),
        place=form.text("place"),
        responsible=form.text("responsible"),
        result=form.text("result"),
        is_meeting=form.ticked("is_meeting"),
        for_young=form.ticked("for_young"),
    )
    acts: Acts = {
        "add": (
            lambda: plan_item.add_item(
                session, actor, draft, fields, moment, form_key=form.text("form_key"), meeting=known
            ),
            gettext("Пункт добавлен."),
        ),
        "change": (
            lambda: plan_item.change_item(session, actor, draft, uid, fields, moment),
            gettext("Пункт сохранён."),
        ),
        "remove": (
            lambda: plan_item.remove_item(session, actor, draft, uid, moment),
            gettext("Пункт удалён."),
        ),
    }
    return _perform(code, year, form, acts)


def event_begin(code: str, year: AcademicYear) -> Response:
    """Give a line of the plan in force its event, once: a meeting's is there since the plan was agreed."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    return perform(
        lambda: meetings.from_item(session, actor, association, year, form.text("uid"), now()),
        form=form,
        page=lambda tried: _page(code, year, tried),
        done=gettext("Мероприятие открыто: назначьте день, место и пригласите."),
        to=lambda meeting: meeting_path(association, meeting),
    )


def proposal_make(code: str, year: AcademicYear) -> Response:
    """A member proposes a theme."""
    form = Form()
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    topic, month = form.text("proposal", required=True, longest=300), form.number("proposal_month")
    return perform(
        lambda: proposal.propose(
            session, actor, association, year, topic, now(), form=form.text("proposal_form"), month=month
        ),
        form=form,
        page=lambda tried: _page(code, year, tried),
        done=gettext("Предложение отправлено руководителю. Его ответ вы увидите здесь."),
        to=f"/a/{code}/{year.slug}/plan",
    )


def proposal_answer(code: str, year: AcademicYear, number: int) -> Response:
    """The leader takes, merges or declines a proposal."""
    form = Form()
    session, actor, moment = session_for_request(), signed_in(), now()
    association = find_association(session, actor.centre_id, code)
    row: Proposal = plan_page.find_proposal(session, association, number)
    words = form.text("words")
    acts: Acts = {
        "take": (
            lambda: proposal.take(
                session,
                actor,
                row,
                plans.start_draft(session, actor, association, year, moment),
                moment,
                words,
            ),
            gettext("Предложение взято в план."),
        ),
        "merge": (
            lambda: proposal.merge(
                session,
                actor,
                row,
                plans.start_draft(session, actor, association, year, moment),
                form.text("uid"),
                words,
                moment,
            ),
            gettext("Предложение объединено с пунктом плана."),
        ),
        "decline": (
            lambda: proposal.decline(session, actor, row, words, moment),
            gettext("Предложение отклонено, автор увидит ваш ответ."),
        ),
    }
    return _perform(code, year, form, acts, number)


def _perform(code: str, year: AcademicYear, form: Form, acts: Acts, number: int = 0) -> Response:
    chosen = form.text("act")
    if chosen not in acts:
        raise NotFound
    act, done = acts[chosen]
    to = f"/a/{code}/{year.slug}/plan"
    return perform(act, form=form, page=lambda tried: _page(code, year, tried, number), done=done, to=to)


def _draft(found: Plan | None) -> Plan:
    if found is None:
        raise NotFound
    return found


def _page(code: str, year: AcademicYear, form: Form, number: int = 0) -> str:
    """The page; `number` is the proposal whose form came back."""
    session, actor = session_for_request(), signed_in()
    association = find_association(session, actor.centre_id, code)
    page = plan_page.plan_year(session, actor, association, year, now())
    return render_template(
        "plan/page.html",
        form=form,
        blank=Form({}),
        number=number,
        association=association,
        year=year,
        page=page,
        may={one.value for one in page.may},
        with_reason={one.value for one in page.with_reason},
        today=today(),
    )
