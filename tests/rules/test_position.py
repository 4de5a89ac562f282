import pytest

from mmo_lti.rules.position import is_teaching


@pytest.mark.parametrize(
    "position",
    [
        "учитель",
        "Учитель математики",
        "учитель-логопед",
        "педагог-психолог",
        "Педагог дополнительного образования",
        "заместитель директора, учитель физики",
        "методист и учитель истории",
        "музыкальный руководитель",
        "старший воспитатель",
    ],
)
def test_r2_3_a_teaching_position(position):
    assert is_teaching(position)


@pytest.mark.parametrize("position", ["", "директор", "методист", "заведующий отделом", "учительская"])
def test_r2_3_no_teaching_position(position):
    assert not is_teaching(position)
