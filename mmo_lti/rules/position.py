"""Positions that make somebody a teacher in the sense of 1.3 («педагог»)."""

from __future__ import annotations

import re

from mmo_lti.rules.names import search_key

TEACHING: tuple[str, ...] = (
    "учитель",
    "воспитатель",
    "старший воспитатель",
    "преподаватель",
    "педагог",
    "старший педагог",
    "социальный педагог",
    "музыкальный руководитель",
    "руководитель физического воспитания",
    "инструктор по физической культуре",
    "инструктор по труду",
    "концертмейстер",
    "мастер производственного обучения",
    "тренер-преподаватель",
    "старший тренер-преподаватель",
    "тьютор",
    "логопед",
    "вожатый",
    "старший вожатый",
    "советник директора по воспитанию",
)
"""Teaching staff of постановление Правительства РФ от 21.02.2022 № 225, without those who only advise."""

_BETWEEN = re.compile(r"[,;/]| и ")


def is_teaching(position: str) -> bool:
    """Whether a position is a teaching one: «учитель математики», «методист, учитель физики» are.

    A methodologist or a director of the centre alone is none: such people do not count to ten (R2.3).
    """
    parts = (_key(part) for part in _BETWEEN.split(position))
    return any(part == key or part.startswith(f"{key} ") for part in parts for key in _KEYS)


def _key(text: str) -> str:
    """Two words of «учитель-логопед» are two words."""
    return search_key(text.replace("-", " "))


_KEYS = tuple(_key(position) for position in TEACHING)
