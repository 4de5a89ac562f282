"""Papers from before the tool: the agreed plan and the protocols of the year of adoption (R2.5)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from mmo_lti.models.association import Association
from mmo_lti.models.stored_file import StoredFile
from mmo_lti.rules.action import Action
from mmo_lti.services.association import find_association
from mmo_lti.services.file_kind import FileKind, plan_name, protocol_name
from mmo_lti.services.meeting_page import find_meeting
from mmo_lti.services.paper_year import PaperYear, paper_year
from mmo_lti.services.permission import NotFound, require
from mmo_lti.services.plan_item import ItemFields
from mmo_lti.services.registered_paper import PaperProtocol, register_accepted, register_agreed
from mmo_lti.web.form import Form, perform
from mmo_lti.web.request import now, session_for_request, signed_in, today
from mmo_lti.web.upload import keep_upload, kept_upload

ROWS = 4
MORE_ROWS = 4
MOST_ROWS = 60
PAGE = "/city/orders/<code>/papers"
_TYPED = ("topic", "month", "day", "place", "responsible", "result")


def make_blueprint() -> Blueprint:
    """`/city/orders/CODE/papers`."""
    pages = Blueprint("papers", __name__)
    pages.add_url_rule(PAGE, view_func=papers, methods=["GET"])
    pages.add_url_rule(PAGE + "/plan", view_func=plan_register, methods=["POST"])
    pages.add_url_rule(PAGE + "/protocol", view_func=protocol_register, methods=["POST"])
    return pages


def papers(code: str) -> str:
    """What is registered already, and the two forms."""
    return _page(_found(code))


def plan_register(code: str) -> str | Response:
    """Register the plan that was agreed on paper."""
    form, association = Form(), _found(code)
    session, actor = session_for_request(), signed_in()
    year = _year(association).year
    name = f"{plan_name(association, year.start, 1)}-skan"
    keep_upload(form, "plan_scan", FileKind.PLAN_SCAN, association, year=year.start, name=name)
    if form.ticked("more"):
        return _page(association, plan=form)
    agreed_on = form.day("agreed_on", required=True)
    items = [_item(form, row) for row in range(_rows(form)) if _is_typed(form, row)]
    if not items:
        form.faults.setdefault("topic-0", gettext("Внесите хотя бы одно мероприятие плана."))
    scan = kept_upload(form, "plan_scan")
    return perform(
        lambda: register_agreed(
            session,
            actor,
            association,
            year,
            priorities=form.text("priorities", longest=4000).splitlines(),
            theme=form.text("theme"),
            items=items,
            agreed_on=agreed_on or date.min,
            now=now(),
            scan=scan,
        ),
        form=form,
        page=lambda tried: _page(association, plan=tried),
        done=gettext("План внесён и действует. Его заседания стоят на странице заседаний."),
        to=f"/city/orders/{association.code}/papers",
    )


def protocol_register(code: str) -> str | Response:
    """Register a signed protocol with its scan and its own number."""
    form, association = Form(), _found(code)
    session, actor = session_for_request(), signed_in()
    year = _year(association).year
    number, day = form.number("number", required=True), form.day("day", required=True)
    name = protocol_name(year.start, number, scan=True) if number else ""
    keep_upload(form, "scan", FileKind.PROTOCOL_SCAN, association, year=year.start, name=name)
    scan = kept_upload(form, "scan")
    if scan is None:
        form.faults.setdefault("scan", gettext("Приложите скан подписанного протокола."))
    chosen = form.number("meeting")
    meeting = find_meeting(session, association, year, chosen) if chosen else None
    paper = PaperProtocol(
        number=number or 0,
        day=day or date.min,
        topic=form.text("topic", required=meeting is None, longest=300),
        form=form.text("form"),
        place=form.text("place"),
        present=form.numbers("present") if form.ticked("with_list") else None,
    )
    return perform(
        lambda: register_accepted(
            session, actor, association, year, paper, _there(scan), now(), meeting=meeting
        ),
        form=form,
        page=lambda tried: _page(association, protocol=tried),
        done=gettext("Протокол № %(n)s внесён: заседание засчитано.", n=number),
        to=f"/city/orders/{association.code}/papers",
    )


def _item(form: Form, row: int) -> ItemFields:
    """One line of the plan as it is typed."""
    return ItemFields(
        form=form.text(f"form-{row}"),
        topic=form.text(f"topic-{row}", required=True, longest=300),
        month=form.number(f"month-{row}"),
        day=form.day(f"day-{row}"),
        place=form.text(f"place-{row}"),
        responsible=form.text(f"responsible-{row}"),
        result=form.text(f"result-{row}"),
        is_meeting=form.ticked(f"is_meeting-{row}"),
    )


def _is_typed(form: Form, row: int) -> bool:
    return any(form.values.get(f"{name}-{row}", "").strip() for name in _TYPED)


def _rows(form: Form) -> int:
    """How many lines the form has; some more, or a few to begin with."""
    there = form.values.get("rows", "")
    rows = int(there) if there.isdecimal() and len(there) < 4 else ROWS
    return min(rows + (MORE_ROWS if form.ticked("more") else 0), MOST_ROWS)


def _there(scan: StoredFile | None) -> StoredFile:
    """Without a scan the form has a fault, so that the act is never done."""
    if scan is None:
        raise NotFound
    return scan


def _found(code: str) -> Association:
    association = find_association(session_for_request(), signed_in().centre_id, code)
    require(session_for_request(), signed_in(), Action.ASSOCIATION_ADOPT, today(), association)
    return association


def _year(association: Association) -> PaperYear:
    return paper_year(session_for_request(), signed_in(), association, now())


def _page(association: Association, *, plan: Form | None = None, protocol: Form | None = None) -> str:
    plan, protocol = plan or Form({}), protocol or Form({})
    return render_template(
        "orders/papers.html",
        association=association,
        page=_year(association),
        plan=plan,
        protocol=protocol,
        rows=_rows(plan),
        plan_scan=kept_upload(plan, "plan_scan"),
        scan=kept_upload(protocol, "scan"),
        today=today(),
    )
