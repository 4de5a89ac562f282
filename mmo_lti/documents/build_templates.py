"""Make the DOCX templates: `python -m mmo_lti.documents.build_templates`, after changing a form or its words.

A coordinator edits the results in a word processor; the centre's own copy then wins over them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from docx.shared import Mm

from mmo_lti.documents.folder import FORMS, wording
from mmo_lti.documents.template_page import (
    CELL,
    CENTRED,
    HEADING,
    LIST_ITEM,
    PLAIN,
    PORTRAIT_WIDTH,
    Page,
    cell_texts,
    loop_row,
)

_LIST_COLUMNS = ("column_number", "column_name", "column_position", "column_organisation")


def plan() -> Page:
    """Приложение 1."""
    words, common = wording()["plan"], wording()["common"]
    page = Page()
    page.draft_mark("draft", common["draft"])
    page.texts(words["grif"], "{{ director_post }} {{ institution_short }}", style=PLAIN)
    page.text(f"{common['signature_blank']} {{{{ director }}}}", PLAIN, before=8)
    date = f"{{% if agreed_at %}}{words['agreed']}{{% else %}}{common['date_blank']}{{% endif %}}"
    page.text(date, PLAIN, before=6)
    page.narrow(80)
    page.text("{{ title }}", HEADING, before=16)
    page.texts("{{ association }}", "{{ for_year }}", style=HEADING)
    page.text("**{{ leader_label }}** {{ leader }}", before=14)
    page.texts("{%p if theme %}", f"**{words['theme']}** {{{{ theme }}}}", "{%p endif %}")
    page.text("**{{ aim_label }}**", keep=True)
    page.text("–\u00a0{{ aim }}", LIST_ITEM)
    page.text("**{{ tasks_label }}**", keep=True)
    _list(page, "tasks")
    page.text(f"**{words['priorities']}**", keep=True)
    _list(page, "priorities")
    page.landscape()
    page.text(words["table"], "Heading 2")
    page.text("", PLAIN)
    table = page.table((11, 40, 60, 38, 35, 38, 35), words["columns"])
    loop_row(table, "for item in items", _plan_row(words["cancelled"]))
    page.texts("{%p if proposed %}", words["proposals"], "{%p endif %}")
    page.signature(common["leader_of"], "{{ leader_signature }}", date=common["date_blank"])
    return page


def protocol() -> Page:
    """The protocol of a meeting."""
    words, common = wording()["protocol"], wording()["common"]
    page = Page()
    page.texts("{{ institution }}", words["association"], style=CENTRED)
    page.text("{{ title }}", HEADING, before=14)
    page.three("{{ held_on }}", common["city"], "№\u00a0{{ number_text }}")
    page.text(words["of"], CENTRED, before=8)
    page.text(f"**{words['topic']}** {{{{ topic }}}}", before=10)
    page.texts("{%p if remote or place or time %}", _place(words), "{%p endif %}")
    for label, name in ((words["chair"], "chair"), (words["secretary"], "secretary")):
        page.text(f"{label} – {_or_line(name)}")
    page.text(f"**{words['present']}** {{{{ present }}}}")
    page.texts("{%p if absent %}", f"**{words['absent']}** {{{{ absent }}}}", "{%p endif %}")
    page.texts("{%p if guests %}", f"**{words['guests']}** {{{{ guests }}}}", "{%p endif %}")
    page.text(f"**{words['agenda']}**", keep=True, before=10)
    speaker = f"{{% if item.speaker %}} {words['speaker']} {{{{ item.speaker }}}}{{% endif %}}"
    page.texts(
        "{%p for item in agenda %}", "{{ item.number }}. {{ item.wording }}" + speaker, "{%p endfor %}"
    )
    page.text("{%p for item in agenda %}")
    _question(page, words)
    page.text("{%p endfor %}")
    page.text("{%p if annexes %}")
    page.text(f"**{words['annexes']}** {{{{ annexes }}}}", before=10)
    page.text("{%p endif %}")
    page.signature(words["chair"], _or_line("chair"))
    page.signature(words["secretary"], _or_line("secretary"))
    page.text("{%p if absent_list %}")
    _people_appendix(page, words["absent_list"], "absent_list")
    page.text("{%p endif %}")
    return page


def report() -> Page:
    """Приложение 2: two columns, nine rows and the row of appendices."""
    words, common = wording()["report"], wording()["common"]
    page = Page(size=12)
    page.texts("{{ title }}", "{{ association }}", "{{ for_year }}", style=HEADING)
    page.text("**{{ leader_label }}** {{ leader }}", before=10)
    page.text("", PLAIN)
    table = page.table((52, PORTRAIT_WIDTH - 52))
    table.add_row().cells[0].paragraphs[0].add_run("{%tr for section in sections %}")
    row = table.add_row()
    cell_texts(row.cells[0], "{{ section.title }}")
    _section(row.cells[1])
    table.add_row().cells[0].paragraphs[0].add_run("{%tr endfor %}")
    row = table.add_row()
    cell_texts(
        row.cells[0],
        "{{ appendices_label }}",
        "{%p for kind in appendices_kinds %}",
        "{{ kind }}",
        "{%p endfor %}",
    )
    cell_texts(row.cells[1], "{%p for line in appendices %}", "{{ line }}", "{%p endfor %}")
    page.signature(common["leader_of"], "{{ leader_signature }}", date=common["date_blank"])
    page.texts("{%p for mark in marks %}", "{{ mark }}", "{%p endfor %}", style=PLAIN)
    page.text("{%p if accepted_on %}")
    page.text(f"{words['accepted']} {{{{ accepted_on }}}}", PLAIN, before=12)
    page.signature("{{ accepted_post }}", "{{ accepted_by }}")
    page.text("{%p endif %}")
    return page


def order() -> Page:
    """Orders of creation, appointment and acting."""
    words, common = wording()["order"], wording()["common"]
    page = Page()
    page.text("{{ institution }}", CENTRED)
    page.text("{{ title }}", HEADING, before=14)
    page.three("{{ signed_on }}", "", "№\u00a0{{ number_text }}")
    page.text(common["city"], CENTRED, before=6)
    page.text("**{{ heading }}**", PLAIN, before=16)
    page.narrow(95)
    page.text("{{ preamble }}", before=16)
    page.text(f"**{words['decides']}**", keep=True, before=8)
    page.texts("{%p for clause in clauses %}", "{{ clause }}", "{%p endfor %}")
    page.signature("{{ director_post }}", "{{ director }}")
    page.text("{%p if acquainted %}")
    page.text(words["acquainted"], PLAIN, before=24)
    page.text("{%p for name in acquainted %}")
    page.signature("", "{{ name }}", date=common["date_blank"])
    page.texts("{%p endfor %}", "{%p endif %}", "{%p if members %}")
    _people_appendix(page, "{{ members_title }}", "members")
    page.text("{%p endif %}")
    return page


def attendance_sheet() -> Page:
    """The registration sheet."""
    words = wording()["attendance_sheet"]
    page = Page(size=12)
    page.texts("{{ title }}", "{{ held }}", style=HEADING)
    page.text(words["topic"], CENTRED, before=6)
    page.texts(
        "{%p if check_in %}", "{{ check_in }}", "{{ check_in_picture }}", "{%p endif %}", style=CENTRED
    )
    page.text("", PLAIN)
    table = page.table((12, 45, 46, 30, 32), words["columns"])
    cells = ("{{ row.number }}", "{{ row.name }}", "{{ row.organisation }}", "{{ row.position }}", "")
    loop_row(table, "for row in rows", cells)
    table.rows[2].height = Mm(9)
    page.text(words["total"], PLAIN, before=10)
    page.signature(words["secretary"], _or_line("secretary"))
    return page


TEMPLATES: dict[str, Callable[[], Page]] = {
    "plan": plan,
    "protocol": protocol,
    "report": report,
    "order": order,
    "attendance_sheet": attendance_sheet,
}


def template_bytes(form: str) -> bytes:
    """A template as it should lie in `templates/documents/`."""
    return TEMPLATES[form]().bytes()


def _list(page: Page, name: str) -> None:
    page.text(f"{{%p for line in {name} %}}")
    page.text("–\u00a0{{ line }}", LIST_ITEM)
    page.text("{%p endfor %}")


def _plan_row(cancelled: str) -> Sequence[str]:
    def shown(name: str) -> str:
        """Meetings stand out in bold."""
        return (
            f"{{% if item.meeting %}}**{{{{ item.{name} }}}}**{{% else %}}{{{{ item.{name} }}}}{{% endif %}}"
        )

    return (
        "{{ item.number }}",
        shown("form"),
        shown("topic"),
        shown("term") + f"{{% if item.cancelled %}} ({cancelled}){{% endif %}}",
        "{{ item.place }}",
        "{{ item.responsible }}",
        "{{ item.result }}",
    )


def _place(words: dict[str, Any]) -> str:
    place = f"{{% if place %}}**{words['place']}** {{{{ place }}}} {{% endif %}}"
    remote = f"{{% if remote %}}{words['remote']} {{% endif %}}"
    return place + remote + f"{{% if time %}}**{words['time']}** {{{{ time }}}}{{% endif %}}"


def _or_line(name: str) -> str:
    blank = wording()["common"]["signature_blank"] * 2
    return f"{{% if {name} %}}{{{{ {name} }}}}{{% else %}}{blank}{{% endif %}}"


def _question(page: Page, words: dict[str, Any]) -> None:
    """СЛУШАЛИ, ВЫСТУПИЛИ, ПОСТАНОВИЛИ, Голосовали."""
    page.text(f"{{{{ item.number }}}}. **{words['heard']}** {{{{ item.heard.first }}}}", before=10)
    page.typed("item.heard.rest")
    page.text("{%p if item.spoke %}")
    page.text(f"**{words['spoke']}** {{{{ item.spoke.first }}}}")
    page.typed("item.spoke.rest")
    page.text("{%p endif %}")
    page.text(f"**{words['decided']}**", keep=True)
    responsible = (
        f"{{% if decision.responsible %}} {words['responsible']} {{{{ decision.responsible }}}}{{% endif %}}"
    )
    due = f"{{% if decision.due %}} {words['due']} {{{{ decision.due }}}}{{% endif %}}"
    page.texts(
        "{%p for decision in item.decisions %}",
        "{{ decision.number }} {{ decision.text }}" + responsible + due,
        "{%p else %}",
        "{{ item.number }}.1. " + wording()["common"]["signature_blank"] * 3,
        "{%p endfor %}",
        "{%p if item.vote %}",
    )
    counted = _of("item.vote", words["votes_counted"])
    silent = "{% if item.vote.silent %}, " + _of("item.vote", words["votes_silent"]) + "{% endif %}"
    page.text(
        f"{{% if item.vote.unanimous %}}{words['unanimous']}{{% else %}}"
        f"**{words['votes']}** {counted}{silent}.{{% endif %}}"
    )
    page.text("{%p endif %}")


def _of(owner: str, sentence: str) -> str:
    """The `{{ names }}` of a sentence as attributes of `owner`."""
    return sentence.replace("{{ ", f"{{{{ {owner}.")


def _section(cell: Any) -> None:
    cell_texts(
        cell,
        "{%p for group in section.groups %}",
        "{%p if group.heading %}",
        "{{ group.heading }}",
        "{%p endif %}",
        "{%p for line in group.rows %}",
        "–\u00a0{{ line }}",
        "{%p endfor %}",
        "{%p endfor %}",
        "{%p for paragraph in section.words %}",
        "{% if paragraph.item %}–\u00a0{% endif %}{{ paragraph.text }}",
        "{%p endfor %}",
    )


def _people_appendix(page: Page, title: str, rows: str) -> None:
    """«Приложение к …» on a new page, and a list of people."""
    common = wording()["common"]
    mark = page.text(common["appendix"], PLAIN)
    mark.paragraph_format.page_break_before = True
    page.text(common["appendix_to"], PLAIN)
    for paragraph in page.document.paragraphs[-2:]:
        paragraph.paragraph_format.left_indent = Mm(85)
    page.text(title, "Heading 2", before=12)
    page.text("", PLAIN)
    table = page.table((11, 53, 43, 58), [common[column] for column in _LIST_COLUMNS])
    cells = ("{{ row.number }}", "{{ row.name }}", "{{ row.position }}", "{{ row.organisation }}")
    loop_row(table, f"for row in {rows}", cells, CELL)


if __name__ == "__main__":
    for form in TEMPLATES:
        (FORMS / f"{form}.docx").write_bytes(template_bytes(form))
