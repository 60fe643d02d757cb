"""Files that would swell, mislead or never end, for test_hostile.py."""

import io
import random
import struct
import zipfile
import zlib

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET, STRINGS, BOOK, LINKS = (
    f"xl/{name}"
    for name in ("worksheets/sheet1.xml", "sharedStrings.xml", "workbook.xml", "_rels/workbook.xml.rels")
)
FIRST = '<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c></row>'
BLANKS = " \t\n\r"
LAUGHS = "".join(
    f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' if n else '<!ENTITY lol0 "lol">' for n in range(10)
)


def with_sheet(attributes):
    """The XML of a book with one sheet."""
    return (
        f'<workbook {MAIN} xmlns:r="{OFFICE}" xmlns:x="x"><sheets><sheet {attributes}/></sheets></workbook>'
    )


def sheet(rows):
    """The XML of a sheet with these rows."""
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def book(rows=FIRST, **parts):
    """An XLSX file with `rows`; `parts` replace its parts or come beside them, by their full names."""
    everything = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        BOOK: with_sheet('name="S" sheetId="1" r:id="rId1"'),
        LINKS: f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        SHEET: sheet(rows),
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (everything | parts).items():
            archive.writestr(name, data)
    return out.getvalue()


def far(position, row=5):
    """A sheet of two cells, one of them far away."""
    return book(f'{FIRST}<row r="{row}"><c {position}><v>1</v></c></row>')


def strings(*texts):
    """The part of the shared texts."""
    return f"<sst {MAIN}>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"


def noise(alphabet, length):
    """Text that no archive packs tightly, the same at each run."""
    places = bytes(ord(alphabet[byte % len(alphabet)]) for byte in range(256))
    return random.Random(330304).randbytes(length).translate(places).decode()


def apart(number):
    """So many texts of 90 letters, of which none is like another."""
    letters = noise("abcdefgh", number * 90)
    return [letters[start : start + 90] for start in range(0, len(letters), 90)]


def lying():
    """The directory says of a sheet of 40 megabytes that it has 2,000 bytes."""
    file = book(FIRST + noise(BLANKS, 1000) * 40_000)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        size = archive.getinfo(SHEET).file_size
    return file.replace(size.to_bytes(4, "little"), (2000).to_bytes(4, "little"))


def overlapping():
    """Two entries of the directory lead to the same bytes."""
    file = book(**{"xl/worksheets/sheet2.xml": sheet(FIRST)})
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        first, second = (archive.getinfo(name).header_offset for name in (SHEET, "xl/worksheets/sheet2.xml"))
    directory = file.rindex(b"PK\x01\x02", 0, file.rindex(b"sheet2.xml"))
    return file[:directory] + file[directory:].replace(
        second.to_bytes(4, "little"), first.to_bytes(4, "little")
    )


def locked():
    """The entries are marked as encrypted."""
    file = bytearray(book())
    at = -1
    while (at := file.find(b"PK\x01\x02", at + 1)) >= 0:
        file[at + 8] |= 1
    return bytes(file)


def two_directories():
    """One archive behind another: programs differ in which of them they read."""
    return book() + book(far('r="XFD1048576"').hex())


FAR = book(FIRST + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
PLACE = slice(16, 20)
"""Where the end of an archive says at which byte its directory begins."""


def with_two_ends(most=False):
    """Its end, of 32 bits, leads to one directory; the end of 64 bits before it leads to another."""
    parts = []
    for file in (book(), FAR):
        start = int.from_bytes(file[-22:][PLACE], "little")
        parts.append((file[:start], bytearray(file[start:-22]), file[-22:]))
    (harmless, seen, _end), (harmful, hidden, end) = parts
    at = 0
    while at < len(hidden):
        lengths = struct.unpack("<HHH", hidden[at + 28 : at + 34])
        place = struct.unpack("<I", hidden[at + 42 : at + 46])[0]
        hidden[at + 42 : at + 46] = struct.pack("<I", place + len(harmless))
        at += 46 + sum(lengths)
    before = len(harmless + harmful)
    count = int.from_bytes(end[8:10], "little")
    place = before + len(hidden)
    wide = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(seen), place)
    wide += struct.pack("<4sIQI", b"PK\6\7", 0, place + len(seen), 1)
    size = len(hidden) + (len(seen + wide) if most else 0)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, size, before, 0)
    return bytes(harmless + harmful + hidden + seen + wide + end)


def with_two_names(name, other):
    """An entry of that name whose extra field gives it the `other` one, behind all the harmless ones."""
    out = io.BytesIO(book())
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.extra = struct.pack("<HHBI", 0x7075, 5 + len(other), 1, zlib.crc32(name.encode())) + other.encode()
    with zipfile.ZipFile(out, "a") as archive, zipfile.ZipFile(io.BytesIO(FAR)) as far_away:
        archive.writestr(entry, far_away.read(SHEET))
    return out.getvalue()


def in_utf16(text):
    return f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")


def with_declaration(part, content):
    """A file whose `part` begins with a declaration of entities."""
    declared = f"<!DOCTYPE x [{LAUGHS}]>{content}"
    return book(**{part: declared})


SERVERS_FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
TEXT_CELLS = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_001))
SWELLS, TIGHT, DAMAGED = "unpacks to more than", "packed more tightly", "no XLSX file, or a damaged one"
DECLARES, REACHES = "declares a document type", "the sheet reaches to row"

HOSTILE = {
    "a bomb of blanks": (lambda: book(FIRST + " " * 100_000_000), TIGHT),
    "a bomb beside the sheet": (lambda: book(**{"xl/media/a.png": b"\0" * 100_000_000}), TIGHT),
    "a part that is packed 140 times": (
        lambda: book(**{"xl/media/a.bin": noise("ab", 120_000) + " " * 2_900_000}), TIGHT,
    ),
    "a bomb of many parts": (
        lambda: book(**{f"xl/media/{n}.bin": noise("ab", 1000) * 1000 + " " * n for n in range(300)}), SWELLS,
    ),
    "too many parts": (lambda: book(**{f"xl/{n}.xml": "" for n in range(3000)}), DAMAGED),
    "a directory that lies": (lying, DAMAGED),
    "parts that overlap": (overlapping, DAMAGED),
    "a locked archive": (locked, "protected by a password"),
    "two archives": (two_directories, DAMAGED),
    "two ends that lead to two directories": (with_two_ends, DAMAGED),
    "two ends, of which one takes the other in": (lambda: with_two_ends(most=True), DAMAGED),
    "bytes behind the end": (lambda: book() + b"more", DAMAGED),
    "a part of two names": (lambda: with_two_names("xl/media/a.bin", SHEET), DAMAGED),
    "an archive in an archive": (lambda: book(**{SHEET: book()}), ""),
    "a part that is there twice": (lambda: book(**{"xl/Worksheets/Sheet1.xml": sheet(FIRST)}), DAMAGED),
    "the last cell": (lambda: far('r="XFD1048576"', 1_048_576), REACHES),
    "the last cell in small letters": (lambda: far('r="xfd1048576"'), REACHES),
    "the last cell behind blanks": (lambda: far('\nr\n=\n"XFD1048576"'), REACHES),
    "the last cell in other quotes": (lambda: far("x='>' r='XFD1048576'"), REACHES),
    "the last cell behind noughts": (lambda: far('r="XFD00000001048576"'), REACHES),
    "the last cell in a row that ends strangely": (
        lambda: book(FIRST + '<row r="2"><c r="XFD1048576"><v>1</v></c></row >'), REACHES,
    ),
    "a cell behind the last": (lambda: far('r="XFE9999999"'), DAMAGED),
    "a place of a million digits": (lambda: far(f'r="A{noise("123456789", 1_000_000)}"'), DAMAGED),
    "a far row with cells that name no place": (
        lambda: book(f'<row r="1">{"<c><v>1</v></c>" * 2000}</row><row r="1048576"><c><v>1</v></c></row>'), REACHES,
    ),
    "few cells far apart": (lambda: far('r="G1000000"'), REACHES),
    "a long text in each cell": (lambda: book(TEXT_CELLS, **{STRINGS: strings(noise("ab", 1_000_000))}), SWELLS),
    "a long text in each cell, hidden": (
        lambda: book(TEXT_CELLS.replace("<v>0", "<v><!-- -->0"), **{STRINGS: strings(noise("ab", 1_000_000), "b")}),
        SWELLS,
    ),
    "a text inside a text": (lambda: book(**{STRINGS: strings("a<si><t>b</t></si>")}), DAMAGED),
    "texts without number": (lambda: book(**{STRINGS: strings(*range(1_000_001))}), SWELLS),
    "elements without number": (
        lambda: book(**{STRINGS: strings(*("<a/><b/>" * 100 + text for text in apart(30_000)))}), SWELLS,
    ),
    "a tag without end": (lambda: book(**{STRINGS: f'<sst {MAIN}><si a="{noise("abcdefgh", 6_000_000)}'}), DAMAGED),
    "laughs in the sheet": (lambda: with_declaration(SHEET, sheet(FIRST.replace("code", "&lol9;"))), DECLARES),
    "laughs in the texts": (lambda: with_declaration(STRINGS, strings("&lol9;")), DECLARES),
    "laughs in the book": (lambda: with_declaration(BOOK, f"<workbook {MAIN}/>"), DECLARES),
    "laughs beside the sheet": (lambda: with_declaration("docProps/app.xml", "<a>&lol9;</a>"), DECLARES),
    "a file of the server": (
        lambda: book(**{SHEET: SERVERS_FILE + sheet(FIRST.replace("code", "&a;"))}), DECLARES,
    ),
    "an address to call": (
        lambda: book(**{STRINGS: '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + strings("a")}), DECLARES,
    ),
    "a declaration between two blocks": (
        lambda: book(**{SHEET: noise(BLANKS, (1 << 20) - 4) + SERVERS_FILE + sheet(FIRST)}), DECLARES,
    ),
    "laughs in UTF-16": (lambda: book(**{STRINGS: in_utf16(f"<!DOCTYPE x [{LAUGHS}]>{strings('&lol9;')}")}), DAMAGED),
    "two sheets that are both the first": (
        lambda: book(**{BOOK: with_sheet('name="S" sheetId="1" r:id="rId2" x:id="rId1"')}), DAMAGED,
    ),
    "blanks that take for ever": (
        lambda: book(FIRST + '<row r="2"><c r="A2"><f/>' + noise(BLANKS, 1_000_000) + "</row>"), "",
    ),
    "tags that take for ever": (lambda: book(FIRST + "".join(f"<c t=\"e\" {n} " for n in range(400_000))), ""),
    "a CSV file of a sheet's size and more": (lambda: b"code,name\n" + b"x" * (256 << 20), "megabytes; divide it"),
    "one line of CSV": (lambda: b"code,name\n" + b"x" * 60_000_000, "this line has more than"),
    "one line of quoted CSV": (lambda: b'code,name\n"' + b"x\n" * 10_000_000, "quotes or separators"),
    "cells without number": (lambda: b"code" + b"," * 900_000, "more than 1000 cells"),
    "blank lines without number": (lambda: b"code,name\n" * 1 + b"\n" * 60_000_000, "more than 1000000 rows"),
    "rows without number": (lambda: b"code,name\n" + b"1,2\n" * 1_000_000, "more than 1000000 rows"),
    "a packed file": (lambda: b"\x1f\x8b\x08\x00 and so on", "this is a packed file"),
    "bytes of nothing": (lambda: bytes(50_000_000), "more than"),
    "bytes of chance": (lambda: random.Random(1).randbytes(50_000_000), "neither a workbook (XLSX) nor a text"),
}  # fmt: skip
"""What makes each file, and what is said of it; None where it is read for what it is."""
