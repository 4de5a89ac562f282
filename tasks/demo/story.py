"""The story: scenes in the order of their days. Each is one step of the demo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from tasks.demo import gathering, meetings, opening, planning, reporting
from tasks.demo.cast import Cast
from tasks.demo.company import Company
from tasks.demo.expect import Expect
from tasks.demo.stage import Stage
from tasks.demo.year import DemoYear

HALL = "МБУ МЦ, актовый зал"


@dataclass(frozen=True)
class Scene:
    """`day` is when it plays; `act` does it and raises when something is not as it should be."""

    day: date
    title: str
    act: Callable[[], object]
    last_of_day: bool = False


@dataclass
class Story:
    """Knows the codes that the tool gives as the story goes."""

    stage: Stage
    company: Company
    cast: Cast
    year: DemoYear
    new: str = ""
    old: str = ""
    invitation: str = ""

    @property
    def expect(self) -> Expect:
        """What must be true in the tool and in Moodle."""
        return Expect(self.stage, self.company, self.year)

    def scenes(self) -> Iterator[Scene]:
        """All scenes, the last of each day marked; later ones use what earlier ones brought."""
        scenes = list(self._told())
        for scene, following in pairwise([*scenes, None]):
            if scene is not None:
                last = following is None or following.day != scene.day
                yield replace(scene, last_of_day=last)

    def _told(self) -> Iterator[Scene]:
        yield from self._opening()
        yield from self._gathering()
        yield from self._planning()
        yield from self._first_meeting()
        yield from self._winter()
        yield from self._spring()
        yield from self._summer()

    def _opening(self) -> Iterator[Scene]:
        day, stage, company, cast = self.year.begins, self.stage, self.company, self.cast

        def register() -> None:
            self.invitation = opening.register_platform(stage)
            opening.add_activity(stage, company)

        yield Scene(day, "Moodle подключён динамической регистрацией, инструмент стоит в курсе", register)
        yield Scene(
            day,
            "Методист по одноразовому коду стал координатором и подключил курс",
            lambda: opening.become_coordinator(company, self.invitation),
        )
        yield Scene(day, "Задан доступ к веб-службам Moodle", lambda: opening.give_access(company))
        yield Scene(
            day,
            f"Внесены образовательные организации города: {len(cast.organisations)}",
            lambda: opening.write_organisations(company, cast),
        )
        yield Scene(day, "Заданы названия центра и город", lambda: opening.name_centre(company))
        yield Scene(day, "Назначен директор", lambda: opening.name_director(company, self.year))

    def _gathering(self) -> Iterator[Scene]:
        day, company, cast = self.year.day(9, 2), self.company, self.cast

        def draft() -> None:
            self.new = gathering.open_draft(company)

        def nine() -> None:
            for player in cast.astronomers[:9]:
                gathering.join(company, self.new, player)
            gathering.accept_requests(company, self.new, 9)

        def tenth() -> None:
            gathering.join(company, self.new, cast.astronomers[9])
            gathering.accept_requests(company, self.new, 1)

        def order() -> None:
            gathering.register_order(company, self.new, cast.astronomers[0], day)
            self.stage.settle()
            self.expect.group_of(self.new, 10)

        def adopt() -> None:
            self.old = gathering.adopt(company, cast, day)
            self.stage.settle()
            for player in cast.psychologists:
                gathering.confirm(company, self.old, player)

        yield Scene(day, "Открыт проект ММО учителей астрономии", draft)
        yield Scene(day, "Девять педагогов подали заявки, заявки приняты", nine)
        yield Scene(
            day,
            "Приказ о создании при девяти педагогах не зарегистрирован (п. 1.3)",
            lambda: gathering.try_order(company, self.new, day),
        )
        yield Scene(day, "Десятый педагог принят", tenth)
        yield Scene(day, "Приказ зарегистрирован, руководитель назначен, группа в Moodle создана", order)
        yield Scene(day, "Принято на учёт действующее ММО педагогов-психологов с его группой", adopt)

    def _planning(self) -> Iterator[Scene]:
        company, cast, year = self.company, self.cast, self.year
        leader, member = cast.astronomers[0], cast.astronomers[1]

        def proposals() -> None:
            planning.propose(company, self.new, year, member, "Астрономия в курсе физики: общие темы")
            planning.propose(company, self.new, year, cast.astronomers[2], "Поездка в планетарий")
            planning.answer_proposals(company, self.new, year, leader)

        def plans() -> None:
            planning.write_plan(company, self.new, year, leader, planning.ASTRONOMY)
            planning.write_plan(company, self.old, year, cast.psychologists[0], planning.PSYCHOLOGY)

        def agree() -> None:
            planning.agree(company, self.new, year)
            planning.agree(company, self.old, year)

        yield Scene(year.day(9, 10), "Предложения в план: одно взято, одно отклонено со словом", proposals)
        yield Scene(year.day(9, 14), "Планы двух ММО отправлены директору", plans)
        yield Scene(year.day(9, 16), "Директор согласовал планы", agree)

    def _first_meeting(self) -> Iterator[Scene]:
        company, cast, year = self.company, self.cast, self.year
        leader, topic = cast.astronomers[0], planning.ASTRONOMY[0].topic

        def invite() -> None:
            path = meetings.meeting_path(company, self.new, year, leader, topic)
            meetings.invite(company, path, leader, year.day(10, 12), HALL)
            for player in cast.astronomers[1:4]:
                meetings.answer(company, path, player)
            self.stage.settle()
            self.expect.event(leader, topic, year.day(10, 12))

        yield Scene(year.day(10, 1), "Первое заседание: приглашения, событие в календаре Moodle", invite)
        yield Scene(
            year.day(10, 2),
            "Утром приглашения пришли членам ММО",
            lambda: self.expect.told(self.new, "meeting_called"),
        )
        yield from self._held(year.day(10, 12), year.day(10, 14), topic)

    def _held(self, day: date, accepted: date, topic: str) -> Iterator[Scene]:
        """A meeting of the new association is held and its protocol handed in; then it is accepted."""
        company, cast, year = self.company, self.cast, self.year
        leader = cast.astronomers[0]
        found: dict[str, str] = {}

        def held() -> None:
            path = meetings.meeting_path(company, self.new, year, leader, topic)
            found["protocol"] = meetings.hold(company, path, leader, absent=1)
            meetings.write_protocol(company, found["protocol"], leader, cast.astronomers[1])
            meetings.lodge(company, found["protocol"], leader)

        yield Scene(day, f"Заседание «{topic}» проведено, протокол сдан со сканом", held)
        yield Scene(
            accepted, "Координатор принял протокол", lambda: meetings.accept(company, found["protocol"])
        )

    def _winter(self) -> Iterator[Scene]:
        company, cast, year = self.company, self.cast, self.year
        leader, topic = cast.astronomers[0], planning.ASTRONOMY[2].topic
        other = cast.psychologists[0]

        def invite() -> None:
            path = meetings.meeting_path(company, self.new, year, leader, topic)
            meetings.invite(company, path, leader, year.day(12, 21), HALL)
            self.stage.settle()
            meetings.move(company, path, leader, year.day(12, 23), "Актовый зал занят")
            self.stage.settle()
            self.expect.event(leader, topic, year.day(12, 23))

        def first_of_old() -> None:
            path = meetings.meeting_path(company, self.old, year, other, planning.PSYCHOLOGY[0].topic)
            meetings.invite(company, path, other, year.day(1, 20), HALL)

        def held_of_old() -> None:
            path = meetings.meeting_path(company, self.old, year, other, planning.PSYCHOLOGY[0].topic)
            meetings.hold(company, path, other, absent=4)

        yield Scene(year.day(12, 7), "Второе заседание перенесено, событие в Moodle следует", invite)
        yield Scene(
            year.day(12, 8),
            "Утром о новом дне узнали приглашённые",
            lambda: self.expect.told(self.new, "meeting_moved"),
        )
        yield from self._held(year.day(12, 23), year.day(12, 24), topic)
        yield Scene(
            year.day(1, 1),
            "1 января: ММО педагогов-психологов отстаёт",
            lambda: self.expect.pace(self.old, "behind"),
        )
        yield Scene(year.day(1, 12), "ММО педагогов-психологов приглашает на первое заседание", first_of_old)
        yield Scene(year.day(1, 20), "Заседание проведено; протокол останется несданным", held_of_old)
        yield Scene(
            year.day(2, 8),
            "Срок протокола истёк: напоминания руководителю, копия координатору",
            lambda: self.expect.told(self.old, "protocol_overdue"),
        )

    def _spring(self) -> Iterator[Scene]:
        company, cast, year = self.company, self.cast, self.year
        leader, topic = cast.astronomers[0], planning.ASTRONOMY[3].topic
        other = cast.psychologists[0]

        def unheld() -> None:
            path = meetings.meeting_path(company, self.old, year, other, planning.PSYCHOLOGY[1].topic)
            meetings.invite(company, path, other, year.day(3, 10), HALL)

        def invite() -> None:
            path = meetings.meeting_path(company, self.new, year, leader, topic)
            meetings.invite(company, path, leader, year.day(4, 12), HALL)

        yield Scene(year.day(3, 1), "ММО педагогов-психологов назначает второе заседание", unheld)
        yield Scene(
            year.day(3, 15),
            "Заседание не отмечено, даты нет: ММО под угрозой",
            lambda: self.expect.pace(self.old, "at_risk"),
        )
        yield Scene(year.day(4, 1), "Третье заседание ММО учителей астрономии назначено", invite)
        yield from self._held(year.day(4, 12), year.day(4, 14), topic)
        yield Scene(
            year.day(4, 15), "Норма трёх заседаний выполнена", lambda: self.expect.pace(self.new, "met")
        )

    def _summer(self) -> Iterator[Scene]:
        company, cast, year = self.company, self.cast, self.year
        leader = cast.astronomers[0]

        def assemble() -> None:
            reporting.achieve(company, self.new, cast.astronomers[1], year.day(3, 20))
            reporting.assemble(company, self.new, year, leader)
            self.stage.settle()

        yield Scene(year.day(6, 1), "Задание Celery собрало отчёт за год: DOCX и PDF/A", assemble)
        yield Scene(
            year.day(6, 8),
            "Руководитель дописал отчёт и отправил его вовремя",
            lambda: reporting.submit(company, self.new, year, leader),
        )
        yield Scene(
            year.day(6, 10),
            "Директор принял отчёт",
            lambda: reporting.accept(company, self.new, year),
        )
        yield Scene(
            year.day(6, 21),
            "21 июня: отчёт педагогов-психологов просрочен",
            lambda: self.expect.told(self.old, "report_overdue"),
        )
        yield Scene(
            year.day(6, 28),
            "Через неделю: снова координатору и директору",
            lambda: self.expect.told_times("reports_overdue", 2),
        )
        yield Scene(year.day(7, 1), "1 июля: год не выполнен", lambda: self.expect.pace(self.old, "failed"))
        yield Scene(
            year.day(7, 2),
            "Документы года скачаны",
            lambda: reporting.keep_documents(company, self.new, leader),
        )
