"""What the forms of letters are drawn with: an A4 page, lines, and no more parts than Word asks for."""

from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Form
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

LEFT, RIGHT, MIDDLE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER
DATE = "{{ year }}年{{ month }}月{{ day }}日"
NOT_USED = {
    "thumbnail",
    "customXml",
    "stylesWithEffects",
    "theme",
    "numbering",
    "webSettings",
    "extended-properties",
}


def blank() -> Form:
    """An empty page."""
    form = Document()
    font = form.styles["Normal"].font
    font.name = "Times New Roman"
    font.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    for section in form.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.8)
    return form


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


def keep(form: Form, title: str, path: Path) -> None:
    """Write `form`, called `title`, to `path`, without what nobody needs to know of who drew it."""
    about = form.core_properties
    about.author = about.last_modified_by = about.comments = ""
    about.title = title
    about.language = "zh-CN"
    about.created = about.modified = datetime(2024, 1, 1)  # noqa: DTZ001, Word's days have no zone
    _leave_out_what_is_not_used(form)
    form.save(str(path))


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
