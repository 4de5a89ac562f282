"""Who plays in the demo, from the sandbox's city: the same seed makes the same people."""

from __future__ import annotations

from dataclasses import dataclass

from moodle_sync.sandbox.city import City, CityAssociation, build_city
from moodle_sync.sandbox.model import User

COORDINATOR = "metodist"
DIRECTOR = "director"
ADMINISTRATOR = "admin"
NEW_GENITIVE = "учителей астрономии"
NEW_DIRECTION = "Астрономия"
OLD_GENITIVE = "педагогов-психологов"
TEACHERS_FROM = 200
"""Where in the city's list the ten teachers are taken from: past the people with deliberately hard names."""


@dataclass(frozen=True)
class Player:
    """One teacher: the Moodle account and what is typed into the profile."""

    username: str
    last: str
    first: str
    patronymic: str
    organisation: str
    position: str

    @property
    def short(self) -> str:
        """«Соловьёва А. Ф.»"""
        letters = " ".join(f"{part[0]}." for part in (self.first, self.patronymic) if part)
        return f"{self.last} {letters}"

    @property
    def signature(self) -> str:
        """«А. Ф. Соловьёва»"""
        letters = " ".join(f"{part[0]}." for part in (self.first, self.patronymic) if part)
        return f"{letters} {self.last}"


@dataclass(frozen=True)
class Cast:
    """The people of the two associations; the first of each list leads."""

    astronomers: tuple[Player, ...]
    psychologists: tuple[Player, ...]
    organisations: tuple[str, ...]
    old_group: str


def make_cast() -> Cast:
    """Read the cast off the city."""
    city = build_city()
    old = next(one for one in city.associations if one.genitive == OLD_GENITIVE)
    ids = city.teacher_ids[TEACHERS_FROM : TEACHERS_FROM + 60]
    astronomers = [one for one in (_player(city, number, "учитель") for number in ids) if one.patronymic]
    return Cast(
        astronomers=tuple(astronomers[:10]),
        psychologists=tuple(_player(city, number, "педагог-психолог") for number in _led(old)[:7]),
        organisations=tuple(city.organisations),
        old_group=old.name,
    )


def _led(association: CityAssociation) -> list[int]:
    return [
        association.leader_id,
        *(one for one in association.member_ids if one != association.leader_id),
    ]


def _player(city: City, user_id: int, position: str) -> Player:
    user: User = city.moodle.users[user_id]
    first, _, patronymic = user.firstname.strip().partition(" ")
    return Player(user.username, user.lastname.strip(), first, patronymic, user.institution, position)
