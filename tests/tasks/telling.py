"""People of a city are told something; how that fared."""

from html import unescape

from sqlalchemy import select, update

from mmo_lti.models.association import Association
from mmo_lti.models.moodle_access import MoodleAccess
from mmo_lti.models.notice import Notice, NoticeState
from mmo_lti.models.outbox import OutboxRow
from mmo_lti.services import notice
from tests.tasks.city import City

SENT, REFUSED, UNKNOWN, WAITING = (
    NoticeState.SENT,
    NoticeState.REFUSED,
    NoticeState.UNKNOWN,
    NoticeState.WAITING,
)


def tell(city: City, *subs: int, stage: str = "1", urgent: bool = True, topic: str = "Анализ ЕГЭ") -> None:
    """Tell people that their theme was taken; by the city's first association."""
    with city.worker.database.write() as session:
        association = session.scalars(select(Association).order_by(Association.id)).first()
        assert association is not None
        people = [city.person(session, sub).id for sub in subs]
        params = {"association": association.genitive, "topic": topic}
        now = city.clock()
        notice.notify_all(
            session, city.centre_id, people, "proposal_taken", association, stage, params, "/", now, urgent
        )


def fates(city: City) -> list[tuple[NoticeState, str, str]]:
    with city.worker.database.read() as session:
        rows = session.scalars(select(Notice).order_by(Notice.id)).all()
        return [(row.state, row.channel, row.failure) for row in rows]


def messages(city: City) -> list[tuple[int, str]]:
    return [
        (message.user_to, unescape(message.html).removeprefix("<p>").removesuffix("</p>"))
        for message in city.moodle.messages
    ]


def without_web_services(city: City) -> None:
    with city.worker.database.write() as session:
        session.delete(session.scalars(select(MoodleAccess)).one())


def again(city: City) -> None:
    """The clock's next round."""
    city.clock.forward(minutes=11)
    city.want("send_notices", city.centre_id)
    city.work()


def take_over(city: City) -> None:
    with city.worker.database.write() as session:
        session.execute(update(OutboxRow).values(claimed_by="worker-2"))
