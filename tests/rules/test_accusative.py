"""«Кого» for an order is offered, never printed unseen: what is not certain stays as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmo_lti.rules.accusative import suggest_accusative
from mmo_lti.rules.names import PersonName


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        (("Соловьёва", "Алёна", "Фёдоровна"), "Соловьёву Алёну Фёдоровну"),
        (("Королёв", "Андрей", "Ильич"), "Королёва Андрея Ильича"),
        (("Петрова-Водкина", "Мария-Анна", "Ильинична"), "Петрову-Водкину Марию-Анну Ильиничну"),
        (("Белинская", "Любовь", "Павловна"), "Белинскую Любовь Павловну"),
        (("Достоевский", "Игорь", "Львович"), "Достоевского Игоря Львовича"),
        (("Толстой", "Лев", "Николаевич"), "Толстого Льва Николаевича"),
        (("Ким", "Павел", "Сергеевич"), "Кима Павла Сергеевича"),
        (("Ким", "Ольга", "Сергеевна"), "Ким Ольгу Сергеевну"),
        (("Ткач", "Вера", "Степановна"), "Ткач Веру Степановну"),
        (("Хачатурян", "Анаит", "Арменовна"), "Хачатурян Анаит Арменовну"),
        (("Шевченко", "Илья", "Петрович"), "Шевченко Илью Петровича"),
        (("Черных", "Мария", "Ивановна"), "Черных Марию Ивановну"),
        (("Долгих", "Иван", "Иванович"), "Долгих Ивана Ивановича"),
        (("Алиев", "Тимур", "Рашид оглы"), "Алиева Тимура Рашид оглы"),
        (("Гейне", "Саша", ""), "Гейне Саша"),
    ],
)
def test_names(written: tuple[str, str, str], offered: str) -> None:
    assert suggest_accusative(PersonName(*written)) == offered


@pytest.mark.parametrize(
    ("position", "offered"),
    [
        ("учитель математики", "учителя математики"),
        ("старший воспитатель", "старшего воспитателя"),
        ("социальный педагог", "социального педагога"),
        ("педагог-психолог", "педагога-психолога"),
        ("заместитель директора по УВР", "заместителя директора по УВР"),
        ("заведующий кафедрой", "заведующего кафедрой"),
        ("и. о. директора", "и. о. директора"),
        ("", ""),
    ],
)
def test_positions(position: str, offered: str) -> None:
    made = suggest_accusative(PersonName("Ким", "", ""), position)
    assert made == (f"Ким, {offered}" if offered else "Ким")


def test_the_organisation_stays_as_it_is_called() -> None:
    name = PersonName("Соловьёва", "Алёна", "Фёдоровна")
    assert suggest_accusative(name, "учитель математики", "МБОУ «Гимназия № 23»") == (
        "Соловьёву Алёну Фёдоровну, учителя математики МБОУ «Гимназия № 23»"
    )


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_written_something_is_offered(last: str, first: str, patronymic: str, post: str) -> None:
    offered = suggest_accusative(PersonName(last, first, patronymic), post)
    assert all(word[:2] in offered for word in last.split())
