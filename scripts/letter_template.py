"""Writes the form of the transfer letter, members/letters/transfer.docx: `python -m scripts.letter_template`.

The form is an ordinary Word file with the names of fields in double braces; who wants another one edits it in
a word processor, or names a file of their own in TRANSFER_LETTER (docs/settings.md). This made the first one.
"""

from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Form
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

FORM = Path(__file__).parent.parent / "members" / "letters" / "transfer.docx"

LETTER = (
    "{{ name }}同志{% if sex %}（{{ sex }}）{% endif %}，系中共{{ stage }}党员，组织关系由{{ origin }}"
    "转到{{ destination }}，请予接转。"
)
RECEIPT = "{{ name }}同志的党员组织关系已于____年__月__日转到我处，特此回复。"
NOT_USED = {
    "thumbnail",
    "customXml",
    "stylesWithEffects",
    "theme",
    "numbering",
    "webSettings",
    "extended-properties",
}
DATE = "{{ year }}年{{ month }}月{{ day }}日"


def line(
    form: Form, text: str, *, size: float = 14, side: WD_ALIGN_PARAGRAPH | None = None, indented: bool = False
) -> None:
    """A paragraph of `text`; a field stands in it whole, so that Word does not part it."""
    paragraph = form.add_paragraph()
    if side is not None:
        paragraph.alignment = side
    paragraph.paragraph_format.space_after = Pt(8)
    if indented:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    run = paragraph.add_run(text)
    run.font.size = Pt(size)


def main() -> None:
    """Write the form."""
    form = Document()
    font = form.styles["Normal"].font
    font.name = "Times New Roman"
    font.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    for section in form.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.8)
    left, right, middle = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER

    line(form, "中国共产党党员组织关系介绍信", size=20, side=middle)
    line(form, "第 {{ number }} 号", side=right)
    line(form, "{{ destination }}：", side=left)
    line(form, LETTER, indented=True)
    line(form, "{% if days %}（有效期{{ days }}天）{% endif %}", indented=True)
    line(form, "{{ issuer }}（盖章）", side=right)
    line(form, DATE, side=right)
    line(form, "-" * 24 + " 沿此线裁下 " + "-" * 24, size=10.5, side=middle)
    line(form, "中国共产党党员组织关系介绍信回执联", size=20, side=middle)
    line(form, "第 {{ number }} 号", side=right)
    line(form, "{{ origin }}：", side=left)
    line(form, RECEIPT, indented=True)
    line(form, "接收党组织（盖章）：________________", side=right)
    line(form, "经办人：____________  联系电话：____________", side=right)
    line(form, "____年__月__日", side=right)

    about = form.core_properties
    about.author = about.last_modified_by = about.comments = ""
    about.title = "中国共产党党员组织关系介绍信"
    about.language = "zh-CN"
    about.created = about.modified = datetime(2024, 1, 1)  # noqa: DTZ001, Word's days have no zone
    _leave_out_what_is_not_used(form)
    form.save(str(FORM))


def _leave_out_what_is_not_used(form: Form) -> None:
    """Keep of the empty document that python-docx begins with the four styles that Word asks for."""
    styles = form.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:default")) is None:
            styles.remove(style)
    for fonts in styles.iter(qn("w:rFonts")):
        for key in list(fonts.keys()):
            if key.endswith("Theme"):
                del fonts.attrib[key]
    for part in (form.part.package, form.part):
        for key, link in list(part.rels.items()):
            if link.reltype.rpartition("/")[2] in NOT_USED:
                part.rels.pop(key)


if __name__ == "__main__":
    main()
