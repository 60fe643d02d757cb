"""Files that come with an application: what is taken, what is refused, and under which name."""

import zipfile
import zlib
from io import BytesIO
from struct import pack

import pytest
from PIL import Image

from applications import files, word_files
from applications.files import media_type_of, title_of
from applications.models import MediaType

pytestmark = pytest.mark.sqlite  # no database is asked

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="x"><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
LINKS = '<Relationships xmlns="x"><Relationship Id="1" Type="http://x/attachedTemplate" Target="{}"/></Relationships>'

LINK = '<Relationships xmlns="x"><Relationship Id="1" Type="http://x/{}" Target="{}" TargetMode="{}"/></Relationships>'


def picture(kind="PNG", size=(40, 30), mode="RGB"):
    out = BytesIO()
    Image.new(mode, size).save(out, kind)
    return out.getvalue()


def archive(parts, compression=zipfile.ZIP_DEFLATED):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return out.getvalue()


def word(**parts):
    more = {name.replace("__", "/"): text for name, text in parts.items()}
    return archive({"[Content_Types].xml": TYPES, "word/document.xml": "<w:document/>"} | more)


def huge_png():
    """A small file that claims 50,000 x 50,000 pixels."""

    def chunk(kind, data):
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, MediaType.PDF),
        (picture("PNG"), MediaType.PNG),
        (picture("PNG", mode="RGBA"), MediaType.PNG),
        (picture("JPEG"), MediaType.JPEG),
        (word(), MediaType.DOCX),
        (word(word___rels__settings=""), MediaType.DOCX),
        (word(**{"word/_rels/settings.xml.rels": LINKS.format("file:///C:/Normal.dotm")}), MediaType.DOCX),
        (
            word(
                **{
                    "word/_rels/settings.xml.rels": LINK.format(
                        "attachedTemplate", r"file:///C:\a.dotm", "External"
                    )
                }
            ),
            MediaType.DOCX,
        ),
        (
            word(**{"word/_rels/a.rels": LINK.format("hyperlink", "https://x.example/", "External")}),
            MediaType.DOCX,
        ),
        (word(**{"word/_rels/a.rels": LINK.format("image", "media/image1.png", "Internal")}), MediaType.DOCX),
    ],
)
def test_the_content_tells_the_type(content, media_type):
    assert media_type_of(content) == media_type


PNG, JPEG = picture("PNG"), picture("JPEG")
HOSTILE = {
    "nothing": (b"", files.IsEmpty),
    "too much": (PDF + b" " * files.MOST_BYTES, files.IsTooLarge),
    "a script": (b"#!/bin/sh\nrm -rf /\n%%EOF", files.IsOfAnotherType),
    "a page": (b"<!doctype html><script>alert(1)</script>", files.IsOfAnotherType),
    "a drawing with a script": (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
        files.IsOfAnotherType,
    ),
    "a program": (b"MZ\x90\0" + b"\0" * 500, files.IsOfAnotherType),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, files.IsOfAnotherType),
    "another picture": (picture("GIF"), files.IsOfAnotherType),
    "a page before a PDF": (b"<script>x()</script>" + PDF, files.IsOfAnotherType),
    "half a PDF": (PDF[:-10], files.IsDamaged),
    "a PDF with a tail": (PDF + b"<script>x()</script>", files.IsDamaged),
    "a PDF that is an archive": (PDF + archive({"x": "y"}), files.IsOfAnotherType),
    "a picture that is an archive": (JPEG + word(), files.IsOfAnotherType),
    "a picture that is a PDF": (JPEG[:20] + PDF + JPEG[20:], files.IsOfAnotherType),
    "a picture with a tail": (PNG + b"<script>x()</script>", files.IsDamaged),
    "half a picture": (JPEG[: len(JPEG) // 2], files.IsDamaged),
    "a PNG without its middle": (PNG[:30] + PNG[-12:], files.IsDamaged),
    "a picture by name alone": (b"\x89PNG\r\n\x1a\n\0\0\0\0IEND\xaeB`\x82", files.IsDamaged),
    "too many pixels": (huge_png(), files.HasTooManyPixels),
    "too many scans": (JPEG + b"\xff\xda" * 200, files.HasTooManyPixels),
    "any archive": (archive({"x": "y"}), files.IsOfAnotherType),
    "a table": (archive({"[Content_Types].xml": TYPES, "xl/workbook.xml": ""}), files.IsOfAnotherType),
    "macros": (word(**{"word/vbaProject.bin": "x"}), word_files.HoldsAProgram),
    "macros in capitals": (word(**{"word/VBAPROJECT.BIN": "x"}), word_files.HoldsAProgram),
    "macros elsewhere": (word(**{"x/vbaProject.bin": "x"}), word_files.HoldsAProgram),
    "an embedded object": (word(**{"word/embeddings/oleObject1.bin": "x"}), word_files.HoldsAProgram),
    "a type with macros": (
        archive(
            {
                "[Content_Types].xml": TYPES.replace("main+xml", "macroEnabled.main+xml"),
                "word/document.xml": "",
            }
        ),
        word_files.HoldsAProgram,
    ),
    "a template from elsewhere": (
        word(**{"word/_rels/settings.xml.rels": LINKS.format("https://evil.example/x.dotm")}),
        word_files.HoldsAProgram,
    ),
    "a template from a share": (
        word(**{"word/_rels/settings.xml.rels": LINKS.format(r"\\evil\x.dotm")}),
        word_files.HoldsAProgram,
    ),
    "entities": (
        word(**{"_rels/.rels": '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'}),
        word_files.IsDamagedWordFile,
    ),
    "links in another encoding": (
        word(**{"_rels/.rels": "<a/>".encode("utf-16")}),
        word_files.IsDamagedWordFile,
    ),
    "broken links": (word(**{"_rels/.rels": "<a"}), word_files.IsDamagedWordFile),
    "a bomb": (word(**{"word/media/x": b"\0" * (20 << 20)}), word_files.Swells),
    "a path upwards": (word(**{"../../etc/passwd": "x"}), word_files.IsDamagedWordFile),
    "a path from the top": (word(**{"/etc/passwd": "x"}), word_files.IsDamagedWordFile),
    "bytes before": (b"x" + word(), word_files.IsDamagedWordFile),
    "a broken archive": (word()[:60] + b"\0" * 30 + word()[90:], word_files.IsDamagedWordFile),
    "an archive in an archive's way of packing": (
        archive({"[Content_Types].xml": TYPES, "word/document.xml": ""}, zipfile.ZIP_LZMA),
        word_files.IsDamagedWordFile,
    ),
    "too many parts": (word(**{f"x{n}": "" for n in range(1_100)}), word_files.Swells),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_refused(what):
    content, refusal = HOSTILE[what]
    with pytest.raises(refusal):
        media_type_of(content)


@pytest.mark.parametrize(
    "kind",
    [
        "oleObject",
        "VBAPROJECT",
        "control",
        "activeXControlBinary",
        "aFChunk",
        "subDocument",
        "frame",
        "package",
    ],
)
def test_links_to_programs_and_other_documents_are_refused(kind):
    with pytest.raises(word_files.HoldsAProgram):
        media_type_of(word(**{"word/_rels/document.xml.rels": LINK.format(kind, "x.bin", "Internal")}))


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("image", "https://evil.example/x.png"), ("image", "file:///C:/x.png"),
        ("attachedTemplate", r"file:///\\evil\x.dotm"), ("attachedTemplate", "file:////evil/x.dotm"),
        ("attachedTemplate", "x.dotm"),
    ],
)  # fmt: skip
def test_what_would_be_fetched_from_outside_is_refused(kind, target):
    with pytest.raises(word_files.HoldsAProgram):
        media_type_of(word(**{"word/_rels/document.xml.rels": LINK.format(kind, target, "External")}))


@pytest.mark.parametrize("kind", ["x-vbaProject", "x.oleObject", "x.activeX+xml"])
def test_parts_of_the_types_of_programs_are_refused(kind):
    types = TYPES.replace("</Types>", f'<Override PartName="/x" ContentType="{kind}"/></Types>')
    with pytest.raises(word_files.HoldsAProgram):
        media_type_of(archive({"[Content_Types].xml": types, "word/document.xml": "", "x": ""}))


def test_a_part_that_hides_in_another_encoding_is_refused():
    hidden = "<!DOCTYPE a><a/>".encode("utf-16-le")
    for name in ("word/document.xml", "_rels/.rels"):
        with pytest.raises(word_files.IsDamagedWordFile):
            media_type_of(word(**{name: hidden}))


def test_a_locked_word_file_is_refused():
    content = bytearray(word())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + place] |= 1
    with pytest.raises(word_files.IsDamagedWordFile):
        media_type_of(bytes(content))


@pytest.mark.parametrize(
    ("name", "media_type", "title"),
    [
        ("决议.pdf", MediaType.PDF, "决议.pdf"),
        ("Photo.JPEG", MediaType.JPEG, "Photo.JPEG"),
        ("../../etc/passwd", MediaType.PDF, "passwd.pdf"),
        (r"C:\Users\me\报告.docx", MediaType.DOCX, "报告.docx"),
        ("report.exe", MediaType.PDF, "report.exe.pdf"),
        ("a\u202efdp.exe", MediaType.PDF, "afdp.exe.pdf"),
        ("a\r\nb\0c\x1b[2J.pdf", MediaType.PDF, "a bc[2J.pdf"),
        ("  .  ", MediaType.PNG, "file.png"),
        ("", MediaType.PDF, "file.pdf"),
        ("长" * 300 + ".pdf", MediaType.PDF, "长" * 96 + ".pdf"),
        ("a\u2028b\u200b.pdf", MediaType.PDF, "a b.pdf"),
    ],
)
def test_names_are_made_plain(name, media_type, title):
    assert title_of(name, media_type) == title
