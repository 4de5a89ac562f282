"""The regulation's text and the fixed words taken from it."""

from pathlib import Path

import pytest

from mmo_lti.rules.errors import RuleError
from mmo_lti.rules.regulation import Regulation, regulation

TEXT = (Path(__file__).parents[1] / "data" / "regulation.txt").read_text(encoding="utf-8")
LAW = regulation()


def part(after: str, before: str = "") -> list[str]:
    """The lines of the regulation between two headings, stripped of spaces."""
    text = TEXT.split(after, 1)[1]
    lines = (text.split(before, 1)[0] if before else text).splitlines()
    return [line.strip() for line in lines if line.strip()]


APP_1 = part("\nПриложение 1\n", "\n Приложение 2\n")
APP_2 = part("\n Приложение 2\n")


def test_the_full_text_is_the_regulation():
    assert LAW.text == TEXT


def test_r8_aim_and_tasks_are_verbatim_from_appendix_1():
    dashed = [line.removeprefix("- ") for line in APP_1 if line.startswith("- ")]
    assert [LAW.aim, *LAW.tasks] == dashed
    assert len(LAW.tasks) == 8


def test_r15_nine_sections_and_appendices_are_verbatim_from_appendix_2():
    table = APP_2[APP_2.index("Руководитель:") + 1 : APP_2.index("Приложения:")]
    assert list(LAW.report_sections) == table
    assert len(table) == 9
    listed = APP_2[APP_2.index("Приложения:") + 1 :]
    assert [f"{n}. {title}" for n, title in enumerate(LAW.appendices, start=1)] == listed


def test_r16_five_documents_are_those_of_5_1_in_order():
    listed = [
        line.removeprefix("- ").split(" (Приложение")[0].rstrip(";") for line in part("5.1. ", "5.2. ")[1:]
    ]
    assert list(LAW.documents) == listed


def test_the_content_is_that_of_3_1():
    assert [f"- {line}" for line in LAW.content] == part("3.1. ", "3.2. ")[1:]


@pytest.mark.parametrize("key", ["plan_title", "report_title"])
def test_titles_of_the_forms_stand_in_the_appendices(key):
    assert LAW.wording[key] in (APP_1[0], APP_2[0])


@pytest.mark.parametrize("key", ["leader", "aim", "tasks"])
def test_labels_of_the_plan_stand_in_appendix_1(key):
    assert LAW.wording[key] in APP_1


def test_labels_around_the_year_stand_in_the_appendices():
    words = LAW.wording
    assert APP_1[2] == f"{words['plan_year']} ____________ {words['year']}"
    assert APP_2[2] == f"{words['report_year']} ____________ {words['year']}"
    assert words["appendices"] in APP_2


def test_title_and_initiators_come_from_the_text():
    plain = " ".join(TEXT.split())
    assert LAW.title.split(" ", 1)[1] in plain
    for initiator in LAW.initiators:
        assert initiator in plain


def test_base_values_come_from_the_text():
    assert "не менее десяти педагогов" in TEXT
    assert "не реже 3 раз в год" in TEXT
    assert "не позднее 20 июня" in TEXT
    assert "на протяжении 3 лет" in TEXT
    base = LAW.base
    assert (base["min_members"], base["min_meetings"], base["report_due"], base["retention_years"]) == (
        10,
        3,
        "20.06",
        3,
    )


# The table of rules, column «clause»; «ours» is no clause.
CLAUSES = {
    "R1": "1.1, 4.1", "R2": "1.3", "R3": "1.3", "R4": "1.3", "R5": "1.1, 1.4", "R6": "4.2",
    "R7": "4.3, 5.1, Приложение 1", "R8": "Приложение 1", "R9": "4.3", "R10": "3.2, 4.4", "R11": "4.4",
    "R12": "", "R13": "5.1", "R14": "4.5, Приложение 2", "R15": "Приложение 2", "R16": "5.1", "R17": "5.2",
    "R18": "2.2", "R19": "2.2, 3.1, Приложение 2", "R20": "", "R21": "1.2", "R22": "2.2", "R23": "3.1",
    "R24": "3.1, 2.2", "R25": "3.1", "R26": "3.1", "R27": "4.1", "R28": "4.3",
}  # fmt: skip


@pytest.mark.parametrize("rule", CLAUSES)
def test_each_rule_has_the_clauses_of_the_table(rule):
    assert ", ".join(LAW.clauses_of(rule)) == CLAUSES[rule]


def test_every_clause_stands_in_the_text():
    for rule in CLAUSES:
        for clause in LAW.clauses_of(rule):
            heading = f"\n{clause}. " if clause[0].isdigit() else clause
            assert heading in TEXT


def test_no_rule_but_those_of_the_table_is_mapped():
    assert {code.split(".")[0] for code in LAW.clauses} == set(CLAUSES)


def test_a_case_takes_the_clause_of_its_rule_unless_it_has_its_own():
    assert LAW.clause("R2.1") == "1.3"
    assert LAW.clause("R5.1") == "1.4"
    assert LAW.clause("R7.1.term") == "4.3"


def test_what_is_ours_has_no_clause():
    assert LAW.clause("R12") is None
    assert LAW.clause("R20.1") is None
    assert LAW.clause("setting.unknown") is None


def test_a_refusal_finds_its_clause():
    assert RuleError("R17.1").clause(LAW.clauses) == "5.2"
    assert RuleError("R20.1").clause(LAW.clauses) is None
    assert RuleError("R7.1").rule == "R7"


def test_a_section_is_named_by_its_number():
    assert LAW.section(1) == "Количество и тематика заседаний"
    assert LAW.section(9).startswith("Перспективы")
    for number in (0, 10):
        with pytest.raises(ValueError, match=f"no section {number}"):
            LAW.section(number)


def test_another_city_is_data_alone():
    data = {
        "code": "elsewhere", "version": "2", "title": "t", "aim": "a", "tasks": ["b"], "content": [], "documents": [],
        "report_sections": [str(n) for n in range(1, 10)], "appendices": [], "initiators": [], "wording": {},
        "clauses": {"R2": ["7.7"]}, "base": {"min_members": 12},
    }  # fmt: skip
    other = Regulation.from_data(data, "text")
    assert other.clause("R2.1") == "7.7"
    assert other.clause("R17.1") is None
    with pytest.raises(ValueError, match="nine sections"):
        Regulation.from_data({**data, "report_sections": ["1"]}, "text")
    with pytest.raises(FileNotFoundError):
        regulation("nowhere")
