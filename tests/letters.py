"""Letters read in tests, and forms that an administrator might name in their place."""

from io import BytesIO

from docx import Document


def lines(content):
    """The text of a letter, line by line."""
    return [paragraph.text for paragraph in Document(BytesIO(content)).paragraphs if paragraph.text]


def changed(form, text, path):
    """A copy of `form` at `path` whose first line is `text`; gives the path as a setting has it."""
    document = Document(str(form))
    document.paragraphs[0].runs[0].text = text
    document.save(str(path))
    return str(path)


def broken_forms(form, folder):
    """Settings that name no form that can be filled in, each with a part of what is said of it."""
    (folder / "text.docx").write_text("{{ number }}")
    (folder / "empty.docx").write_bytes(b"")
    (folder / "half.docx").write_bytes(form.read_bytes()[:2000])
    (folder / "folder.docx").mkdir()
    return {
        str(folder / "nowhere.docx"): "there is no file",
        str(folder / "folder.docx"): "there is no file",
        str(folder / "text.docx"): "no Word file",
        str(folder / "empty.docx"): "no Word file",
        str(folder / "half.docx"): "no Word file",
        changed(form, "{{ numbr }}", folder / "misspelt.docx"): "'numbr' is undefined",
        changed(form, "{{ number", folder / "open.docx"): "a field of its form is wrong",
        changed(form, "{{ year / 0 }}", folder / "zero.docx"): "no Word file that can be filled in",
        changed(form, "{{ number.__class__.__mro__ }}", folder / "sly.docx"): "a field of its form is wrong",
    }
