"""Who belongs to an association: requests on top, members, invitations, helpers."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.models.association import Association
from mmo_lti.models.person import Person
from mmo_lti.rules.action import Action
from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.states import MembershipState
from mmo_lti.services import helper, member_list, membership_decision, participation, suspension
from mmo_lti.services.association import find_association
from mmo_lti.services.grade_standing import standing_of_grades
from mmo_lti.services.leader import leader_id
from mmo_lti.services.membership_decision import EndGround, RefusalGround
from mmo_lti.services.permission import NotFound, may
from mmo_lti.services.person import find_person, people_search
from mmo_lti.web import words
from mmo_lti.web.form import Form, one_of, perform
from mmo_lti.web.request import now, session_for_request, signed_in, today


def make_blueprint() -> Blueprint:
    """`/a/CODE/members`."""
    pages = Blueprint("members", __name__)
    pages.add_url_rule("/a/<code>/members", view_func=members, methods=["GET"])
    pages.add_url_rule("/a/<code>/members/invite", view_func=member_invite, methods=["POST"])
    pages.add_url_rule("/a/<code>/members/grades", view_func=grades_change, methods=["POST"])
    pages.add_url_rule("/a/<code>/members/<int:number>", view_func=member_change, methods=["POST"])
    return pages


def members(code: str) -> str:
    """The list."""
    return _page(_found(code), Form({}))


def member_invite(code: str) -> Response:
    """Invite a person of the city by id."""
    form, association = Form(), _found(code)
    session, actor = session_for_request(), signed_in()
    person = find_person(session, actor.centre_id, form.number("person", required=True) or 0)
    return perform(
        lambda: membership_decision.invite(session, actor, association, person, now()),
        form=form,
        page=lambda tried: _page(association, tried),
        done=gettext("Приглашение отправлено. Участие добровольное: педагог решит сам."),
        to=f"/a/{association.code}/members",
    )


def member_change(code: str, number: int) -> Response:
    """Decide a request, withdraw an invitation, suspend or end a membership, name or dismiss a helper."""
    form, association = Form(), _found(code)
    acts = _acts(association, number, form)
    chosen = form.text("act")
    if chosen not in acts:
        raise NotFound
    act, done = acts[chosen]
    return perform(
        act,
        form=form,
        page=lambda tried: _page(association, tried, number),
        done=done,
        to=f"/a/{association.code}/members",
    )


def grades_change(code: str) -> Response:
    """Switch the grades of participation on or off, or send again what Moodle refused."""
    form, association = Form(), _found(code)
    session, actor, moment = session_for_request(), signed_in(), now()
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "on": (
            lambda: participation.switch_grades(session, actor, association, True, moment),
            gettext("Отправка включена: оценки появятся в журнале Moodle через несколько минут."),
        ),
        "off": (
            lambda: participation.switch_grades(session, actor, association, False, moment),
            gettext("Отправка выключена. Оценки, которые уже в журнале Moodle, остались там."),
        ),
        "again": (
            lambda: participation.send_again(session, actor, association, moment),
            gettext("Оценки отправляются ещё раз."),
        ),
    }
    chosen = form.text("act")
    if chosen not in acts:
        raise NotFound
    act, done = acts[chosen]
    return perform(
        act,
        form=form,
        page=lambda tried: _page(association, tried),
        done=done,
        to=f"/a/{association.code}/members#grades",
    )


def _acts(association: Association, number: int, form: Form) -> dict[str, tuple[Callable[[], object], str]]:
    session, actor, moment = session_for_request(), signed_in(), now()
    row = member_list.find_membership(session, association, number)
    reason, ground = form.text("reason"), form.text("ground")
    decision = membership_decision
    return {
        "accept": (
            lambda: decision.accept_request(session, actor, row, moment),
            gettext("Заявка принята."),
        ),
        "refuse": (
            lambda: decision.decide_request(
                session, actor, row, False, moment, ground=one_of(RefusalGround, ground), reason=reason
            ),
            gettext("Заявка отклонена, педагог узнает причину."),
        ),
        "withdraw": (
            lambda: decision.withdraw_invitation(session, actor, row, moment),
            gettext("Приглашение отозвано."),
        ),
        "end": (
            lambda: decision.end_membership(session, actor, row, _end_ground(ground), reason, moment),
            gettext("Членство прекращено."),
        ),
        "reject": (
            lambda: decision.reject_proposed(session, actor, row, reason, moment),
            gettext("Человек не будет предложен снова."),
        ),
        "suspend": (
            lambda: suspension.suspend(session, actor, row, reason, moment),
            gettext("Участие приостановлено: человек остаётся в списке, но не считается."),
        ),
        "restore": (
            lambda: suspension.restore(session, actor, row, moment),
            gettext("Участие возобновлено."),
        ),
        "help": (
            lambda: helper.name_helper(session, actor, association, row.person, moment),
            gettext("Помощник назначен: он готовит документы, но не отправляет их."),
        ),
        "help_end": (
            lambda: helper.end_helper(session, actor, association, row.person, moment),
            gettext("Полномочия помощника прекращены."),
        ),
    }


def _end_ground(value: str) -> EndGround:
    ground = one_of(EndGround, value)
    if ground is None:
        raise RuleError("membership.ground")
    return ground


def _found(code: str) -> Association:
    return find_association(session_for_request(), signed_in().centre_id, code)


def _page(association: Association, form: Form, row: int = 0) -> str:
    """The list; `row` is the membership whose form came back."""
    session, actor = session_for_request(), signed_in()
    invites = may(session, actor, Action.MEMBER_INVITE, today(), association)
    search, chosen = request.args.get("search", ""), request.args.get("member", "") or str(row)
    members = member_list.members_of(session, actor, association, now())
    grades = may(session, actor, Action.GRADES_SWITCH, today(), association)
    return render_template(
        "members/page.html",
        form=form,
        blank=Form({}),
        row=row,
        association=association,
        members=members,
        leader=leader_id(session, association.centre_id, association.id, today()),
        chosen=next((one for one in members if str(one.id) == chosen), None),
        requests=member_list.requests_of(session, actor, association, now()) if invites else [],
        unanswered=member_list.unanswered_of(session, actor, association, now()) if invites else [],
        helpers={one.id for one in member_list.helpers_of(session, association, today())},
        found=_found_people(association, search) if invites and search else [],
        search=search,
        grades=standing_of_grades(session, actor, association, now()) if grades else None,
        invites=invites,
        leads=may(session, actor, Action.HELPER_NAME, today(), association),
        refusal_grounds=words.refusal_grounds().items(),
        end_grounds=words.end_grounds().items(),
        ends=may(session, actor, Action.MEMBERSHIP_END, today(), association),
        suspends=may(session, actor, Action.PEOPLE_EDIT, today()),
    )


def _found_people(association: Association, search: str) -> list[tuple[Person, MembershipState | None]]:
    """People of the city by name, each with the standing in this association."""
    session, actor = session_for_request(), signed_in()
    people = people_search(session, actor, search, now(), association=association)
    standing = member_list.standing_of(session, association, [one.id for one in people])
    return [(one, standing.get(one.id)) for one in people]
