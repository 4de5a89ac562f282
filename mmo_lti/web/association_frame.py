"""What the pages of one association share: the pages beside each other, and the years beside each other."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext

from mmo_lti.models.association import Association
from mmo_lti.rules.action import Action
from mmo_lti.rules.year import AcademicYear
from mmo_lti.services.permission import may
from mmo_lti.services.plan import DRAFTED_FROM
from mmo_lti.web.request import session_for_request, signed_in, today


def association_pages(association: Association, year: AcademicYear | None = None) -> list[tuple[str, str]]:
    """Titles and addresses, as far as this person may open them; none where only the card is public."""
    session, actor, day = session_for_request(), signed_in(), today()
    running = AcademicYear.of(day)
    base, slug = f"/a/{association.code}", (year or running).slug
    every = [
        (gettext("Обзор"), base if (year or running) == running else f"{base}/{slug}", Action.PLAN_SEE),
        (gettext("План"), f"{base}/{slug}/plan", Action.PLAN_SEE),
        (gettext("Заседания"), f"{base}/{slug}/meetings", Action.MEETINGS_SEE),
        (gettext("Отчёт"), f"{base}/{slug}/report", Action.REPORT_SEE),
        (gettext("Члены ММО"), f"{base}/members", Action.MEMBERS_SEE),
        (gettext("Документы"), f"{base}/documents", Action.PLAN_SEE),
    ]
    return [(title, href) for title, href, action in every if may(session, actor, action, day, association)]


def years_beside(association: Association, year: AcademicYear, *, ahead: bool = True) -> list[AcademicYear]:
    """The year before and the year after, where there is anything to see or to begin.

    `ahead`: from the day on which its plan may be drafted the next year is there too.
    """
    day = today()
    running = AcademicYear.of(day)
    began = association.started_using or association.created_on
    first = min(AcademicYear.of(began) if began else running, running)
    last = running.next if ahead and day >= date(running.next.start, *DRAFTED_FROM) else running
    return [near for near in (year.previous, year.next) if first <= near <= last] if year.start > 1 else []
