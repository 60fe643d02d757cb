"""Writes the form of the transfer letter, members/letters/transfer.docx: `python -m scripts.letter_template`.

The form is an ordinary Word file with the names of fields in double braces; who wants another one edits it in
a word processor, or names a file of their own in TRANSFER_LETTER (docs/settings.md). This made the first one.
"""

from pathlib import Path

from scripts.letter_drawing import DATE, LEFT, MIDDLE, RIGHT, blank, keep, line

FORM = Path(__file__).parent.parent / "members" / "letters" / "transfer.docx"

LETTER = (
    "{{ name }}同志{% if sex %}（{{ sex }}）{% endif %}，系中共{{ stage }}党员，组织关系由{{ origin }}"
    "转到{{ destination }}，请予接转。"
)
RECEIPT = "{{ name }}同志的党员组织关系已于____年__月__日转到我处，特此回复。"


def main() -> None:
    """Write the form."""
    form = blank()
    line(form, "中国共产党党员组织关系介绍信", size=20, side=MIDDLE)
    line(form, "第 {{ number }} 号", side=RIGHT)
    line(form, "{{ destination }}：", side=LEFT)
    line(form, LETTER, indented=True)
    line(form, "{% if days %}（有效期{{ days }}天）{% endif %}", indented=True)
    line(form, "{{ issuer }}（盖章）", side=RIGHT)
    line(form, DATE, side=RIGHT)
    line(form, "-" * 24 + " 沿此线裁下 " + "-" * 24, size=10.5, side=MIDDLE)
    line(form, "中国共产党党员组织关系介绍信回执联", size=20, side=MIDDLE)
    line(form, "第 {{ number }} 号", side=RIGHT)
    line(form, "{{ origin }}：", side=LEFT)
    line(form, RECEIPT, indented=True)
    line(form, "接收党组织（盖章）：________________", side=RIGHT)
    line(form, "经办人：____________  联系电话：____________", side=RIGHT)
    line(form, "____年__月__日", side=RIGHT)
    keep(form, "中国共产党党员组织关系介绍信", FORM)


if __name__ == "__main__":
    main()
