"""The vocabulary of activity: forms, audiences, levels, kinds of achievement (R10, R19)."""

from enum import StrEnum

# R10: clause 3.2 in the singular, and the meeting of 4.4. The centre adds its own («и др.», setting `forms`).
MEETING_FORM = "заседание"
FORMS: tuple[str, ...] = (
    "рабочая встреча членов методического объединения",
    MEETING_FORM,
    "тематический семинар",
    "тематический вебинар",
    "семинар-практикум",
    "лекторий",
    "конференция",
    "«круглый стол»",
    "педагогическая мастерская",
    "консультация",
    "дискуссионный клуб",
    "мастер-класс",
    "открытый урок",
    "открытое занятие",
    "педагогические чтения",
    "форум",
    "конкурс",
    "обсуждение докладов, выступлений и другого методического продукта",
)


class Audience(StrEnum):
    """To whom an event is open (R10)."""

    MEMBERS = "members"
    INVITED = "invited"
    CITY = "city"


class Level(StrEnum):
    """At what level experience was shared or a contest held (R19), lowest first."""

    ORGANISATION = "organisation"
    MUNICIPAL = "municipal"
    REGIONAL = "regional"
    NATIONAL = "national"
    INTERNATIONAL = "international"

    @property
    def rank(self) -> int:
        """0 for the organisation's own level, 4 for the international one."""
        return list(Level).index(self)

    @property
    def municipal_or_higher(self) -> bool:
        """Whether section 5 of the report takes it («муниципального уровня и выше»)."""
        return self.rank >= Level.MUNICIPAL.rank


class AchievementKind(StrEnum):
    """What a member achieved (R19). Contests are the teachers' own, never the pupils'."""

    CONTEST = "contest"
    PUBLICATION = "publication"
    OPEN_EVENT = "open_event"
    TALK = "talk"
    EXPERIENCE = "experience"
    MENTORING = "mentoring"


class OpenEventPart(StrEnum):
    """The two groups of section 5: taking part in an open event, or holding it."""

    PARTICIPATION = "participation"
    CONDUCT = "conduct"


class Publisher(StrEnum):
    """Where a publication appeared, in the order of section 6."""

    CENTRE = "centre"
    SITE = "site"
    OTHER = "other"


# Which section of the report (App. 2) gathers which achievements.
REPORT_SECTION_OF: dict[AchievementKind, int] = {
    AchievementKind.EXPERIENCE: 3,
    AchievementKind.TALK: 3,
    AchievementKind.CONTEST: 4,
    AchievementKind.OPEN_EVENT: 5,
    AchievementKind.PUBLICATION: 6,
    AchievementKind.MENTORING: 7,
}
