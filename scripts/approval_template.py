"""Writes the form of the approval letter, applications/letters/approval.docx: `python -m scripts.approval_template`.

Who wants another one edits it in a word processor, or names a file of their own in APPROVAL_LETTER
(docs/settings.md). This made the first one.
"""

from pathlib import Path

from scripts.letter_drawing import DATE, LEFT, MIDDLE, RIGHT, blank, keep, line

FORM = Path(__file__).parent.parent / "applications" / "letters" / "approval.docx"

DECISION = (
    "你单位关于组建党组织的申请收悉。经研究，同意你单位{% if neighbours %}与{{ neighbours }}{% endif %}"
    "{{ formation }}{{ organization_name }}{% if place %}（所在地：{{ place }}）{% endif %}。"
)
FOUNDED = (
    "{% if code %}该党组织已经成立，组织代码为{{ code }}{% if secretary %}，由{{ secretary }}同志任书记"
    "{% endif %}。{% endif %}请按照《中国共产党章程》和有关规定选举产生领导班子，并将选举结果报我处。"
)


def main() -> None:
    """Write the form."""
    form = blank()
    line(form, "关于同意成立{{ organization_name }}的批复", size=20, side=MIDDLE)
    line(form, "{{ number }}", side=MIDDLE)
    line(form, "{{ enterprise }}：", side=LEFT)
    line(form, DECISION, indented=True)
    line(form, FOUNDED, indented=True)
    line(form, "此复。", indented=True)
    line(form, "{{ issuer }}（盖章）", side=RIGHT)
    line(form, DATE, side=RIGHT)
    keep(form, "关于同意成立党组织的批复", FORM)


if __name__ == "__main__":
    main()
