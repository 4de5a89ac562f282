"""The directory of people: found by name; two accounts of one person are joined, and parted again."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.models.person import Person
from mmo_lti.services.joined_person import join_people, joined_to, part_people
from mmo_lti.services.people_list import PAGE, people_page
from mmo_lti.services.permission import NotFound
from mmo_lti.services.person import find_person
from mmo_lti.web import order_form as fields
from mmo_lti.web.form import Form, perform
from mmo_lti.web.office_words import office_words
from mmo_lti.web.request import now, session_for_request, signed_in


def make_blueprint() -> Blueprint:
    """`/city/people` and `/city/people/N`."""
    pages = Blueprint("people", __name__)
    pages.add_url_rule("/city/people", view_func=people, methods=["GET"])
    pages.add_url_rule("/city/people/<int:number>", view_func=person, methods=["GET"])
    pages.add_url_rule("/city/people/<int:number>/join", view_func=person_join, methods=["POST"])
    pages.add_url_rule("/city/people/<int:number>/part", view_func=person_part, methods=["POST"])
    return pages


def people() -> str:
    """A page of people, by name."""
    search = request.args.get("search", "")
    start = request.args.get("from", "0")
    offset = int(start) if start.isdecimal() and len(start) < 9 else 0
    entries, more = people_page(session_for_request(), signed_in(), search, now(), offset=offset)
    return render_template(
        "people/page.html",
        entries=entries,
        search=search,
        offset=offset,
        following=offset + PAGE if more else None,
        previous=max(0, offset - PAGE) if offset else None,
        office_words=office_words(),
    )


def person(number: int) -> str:
    """One person, and who was joined to them."""
    return _page(_found(number), Form({}))


def person_join(number: int) -> str | Response:
    """Join a second account of the same person to this one."""
    form, into = Form(), _found(number)
    if form.ticked("find"):
        return _page(into, form)
    session, actor = session_for_request(), signed_in()
    other = fields.read_person(form, "other", required=True)
    return perform(
        lambda: join_people(session, actor, other or into, into, now()),
        form=form,
        page=lambda tried: _page(into, tried),
        done=gettext("Учётные записи соединены: входы и участие в ММО теперь у одного человека."),
        to=f"/city/people/{into.id}",
    )


def person_part(number: int) -> Response:
    """Part somebody who was joined to this person."""
    form, into = Form(), _found(number)
    session, actor = session_for_request(), signed_in()
    other = next(
        (one for one in joined_to(session, actor, into, now()) if one.id == form.number("other")), None
    )
    if other is None:
        raise NotFound
    return perform(
        lambda: part_people(session, actor, other, now()),
        form=form,
        page=lambda tried: _page(into, tried),
        done=gettext("Разъединены: у каждой учётной записи снова своё участие."),
        to=f"/city/people/{into.id}",
    )


def _found(number: int) -> Person:
    return find_person(session_for_request(), signed_in().centre_id, number)


def _page(shown: Person, form: Form) -> str:
    session, actor = session_for_request(), signed_in()
    joined = joined_to(session, actor, shown, now())
    return render_template(
        "people/person.html",
        form=form,
        person=shown,
        joined=joined,
        people=[one for one in fields.people_to_choose(form, "other", None) if one.id != shown.id],
    )
