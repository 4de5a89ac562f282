"""Words of official documents, Russian by law: number agreement, dates and numbers in words."""

from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from fractions import Fraction

from mmo_lti.rules.year import AcademicYear

NBSP = "\u00a0"

MONTHS = (
    ("январь", "января"),
    ("февраль", "февраля"),
    ("март", "марта"),
    ("апрель", "апреля"),
    ("май", "мая"),
    ("июнь", "июня"),
    ("июль", "июля"),
    ("август", "августа"),
    ("сентябрь", "сентября"),
    ("октябрь", "октября"),
    ("ноябрь", "ноября"),
    ("декабрь", "декабря"),
)


class Gender(Enum):
    """Of a noun: «один», «одна», «одно»."""

    MASCULINE = 0
    FEMININE = 1
    NEUTER = 2


@dataclass(frozen=True)
class Noun:
    """A counted noun: «одно заседание», «два заседания», «пять заседаний»."""

    one: str
    few: str
    many: str
    gender: Gender = Gender.MASCULINE


MEETING = Noun("заседание", "заседания", "заседаний", Gender.NEUTER)
DAY = Noun("день", "дня", "дней")
PERSON = Noun("человек", "человека", "человек")
DOCUMENT = Noun("документ", "документа", "документов")
FILE = Noun("файл", "файла", "файлов")


def agree(n: int | float | Fraction, one: str, few: str, many: str) -> str:
    """The form of a word that agrees with a number; a fraction («1,5 часа») takes `few`."""
    if n != int(n):
        return few
    last_two = abs(int(n)) % 100
    last = last_two % 10
    if last == 1 and last_two != 11:
        return one
    if last in (2, 3, 4) and last_two not in (12, 13, 14):
        return few
    return many


def noun_for(n: int | float | Fraction, noun: Noun) -> str:
    """The form of a noun that agrees with a number, without the number."""
    return agree(n, noun.one, noun.few, noun.many)


def counted(n: int | float | Fraction, noun: Noun) -> str:
    """«3 заседания», with a no-break space; a fraction with a comma: «1,5 часа»."""
    number = str(int(n)) if n == int(n) else str(float(n)).replace(".", ",")
    return f"{number}{NBSP}{noun_for(n, noun)}"


def date_in_words(day: date) -> str:
    """«20 июня 2027 г.» with no-break spaces."""
    return NBSP.join((str(day.day), MONTHS[day.month - 1][1], str(day.year), "г."))


def day_in_words(day: date) -> str:
    """«20 июня» with a no-break space."""
    return NBSP.join((str(day.day), MONTHS[day.month - 1][1]))


def month_in_words(year: int, month: int) -> str:
    """«октябрь 2026 г.» with no-break spaces: a term that is only a month."""
    return NBSP.join((MONTHS[month - 1][0], str(year), "г."))


def date_in_digits(day: date) -> str:
    """«20.06.2027», for tables."""
    return day.strftime("%d.%m.%Y")


def moment_in_words(day: date, at: time) -> str:
    """«12 октября 2026 г. в 14:30» with no-break spaces."""
    return f"{date_in_words(day)}{NBSP}в{NBSP}{at.strftime('%H:%M')}"


def year_in_words(year: AcademicYear) -> str:
    """«2026/2027 уч. год» with no-break spaces."""
    return NBSP.join((str(year), "уч.", "год"))


def numbered(number: int | str) -> str:
    """«№ 3» with a no-break space."""
    return f"№{NBSP}{number}"


_ONES = ("", "", "", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять")
_ONE = ("один", "одна", "одно")
_TWO = ("два", "две", "два")
_TEENS = (
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
)
_TENS = (
    "",
    "",
    "двадцать",
    "тридцать",
    "сорок",
    "пятьдесят",
    "шестьдесят",
    "семьдесят",
    "восемьдесят",
    "девяносто",
)
_HUNDREDS = (
    "",
    "сто",
    "двести",
    "триста",
    "четыреста",
    "пятьсот",
    "шестьсот",
    "семьсот",
    "восемьсот",
    "девятьсот",
)
_THOUSAND = Noun("тысяча", "тысячи", "тысяч", Gender.FEMININE)
_MILLION = Noun("миллион", "миллиона", "миллионов")
_ZERO = "ноль"
BIGGEST = 999_999_999


def number_in_words(n: int, gender: Gender = Gender.MASCULINE) -> str:
    """A number in words for inventories and acts: 48 → «сорок восемь»; ValueError outside 0 … 999 999 999."""
    if not 0 <= n <= BIGGEST:
        raise ValueError(f"no words for {n}")
    if n == 0:
        return _ZERO
    millions, rest = divmod(n, 1_000_000)
    thousands, ones = divmod(rest, 1000)
    words: list[str] = []
    for amount, noun in ((millions, _MILLION), (thousands, _THOUSAND)):
        if amount:
            words += [*_below_thousand(amount, noun.gender), noun_for(amount, noun)]
    return " ".join([*words, *_below_thousand(ones, gender)])


def total_in_words(n: int, noun: Noun) -> str:
    """The total of an inventory: «48 (сорок восемь) документов»."""
    return f"{n}{NBSP}({number_in_words(n, noun.gender)}){NBSP}{noun_for(n, noun)}"


def _below_thousand(n: int, gender: Gender) -> list[str]:
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    words = [_HUNDREDS[hundreds]]
    if tens == 1:
        words.append(_TEENS[ones])
    else:
        unit = {1: _ONE[gender.value], 2: _TWO[gender.value]}.get(ones, _ONES[ones])
        words += [_TENS[tens], unit]
    return [word for word in words if word]
