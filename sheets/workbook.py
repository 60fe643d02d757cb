"""The small parts of an XLSX file: which sheet is the first, and how long its shared texts are."""

import zipfile
from array import array
from typing import Any
from xml.parsers import expat

from sheets.archive import blocks, damaged, unpacks_to_too_much

SHARED_STRINGS = "xl/sharedstrings.xml"
"""Where calamine looks for the shared texts, in letters of either case."""

MOST_TEXTS = 1_000_000
"""So many different texts the cells may share; each takes memory, empty ones too."""

_MOST_ELEMENTS = 3_000_000
_STYLES = "xl/styles.xml"
_LONGEST_TAG = 4 << 20
_SMALL_PART = 8 << 20
_LARGE_PART = 32 << 20


def first_sheet(archive: zipfile.ZipFile) -> str:
    """The name in the archive of the first sheet's XML; raises LookupError or Unreadable where there is none.

    Whatever calamine could understand otherwise is refused: it must read the very part that was looked through.
    """
    names = {name.casefold(): name for name in archive.namelist()}
    if _STYLES in names and archive.getinfo(names[_STYLES]).file_size > _LARGE_PART:
        raise unpacks_to_too_much(_LARGE_PART)
    sheets = _elements(archive, names["xl/workbook.xml"], "sheet")
    links = _elements(archive, names["xl/_rels/workbook.xml.rels"], "Relationship")
    targets = {link["Id"]: link["Target"] for link in links}
    if len(targets) < len(links):
        raise damaged()
    target = targets[sheets[0]["id"]]
    path = target.removeprefix("/") if target.startswith("/xl/") else f"xl/{target}"
    if target.startswith(("xl/", ".")) or (target.startswith("/") and path == f"xl/{target}"):
        raise damaged()
    return names[path.casefold()]


def _elements(archive: zipfile.ZipFile, name: str, tag: str) -> list[dict[str, str]]:
    """The attributes of all elements called `tag`, both without their namespaces."""
    found: list[dict[str, str]] = []

    def start(element: str, attributes: list[str]) -> None:
        if element.rpartition(":")[2] == tag:
            keys = [key.rpartition(":")[2] for key in attributes[::2]]
            if len(set(keys)) < len(keys):  # `x:id` beside `r:id`
                raise damaged()
            found.append(dict(zip(keys, attributes[1::2], strict=True)))

    if archive.getinfo(name).file_size > _SMALL_PART:
        raise damaged()
    _parse(archive, name, StartElementHandler=start)
    return found


def text_lengths(archive: zipfile.ZipFile, name: str) -> "array[int]":
    """How long each of the shared texts is, in characters; raises Unreadable where there are too many."""
    lengths = array("I")
    elements = 0
    inside = False

    def start(element: str, _attributes: list[str]) -> None:
        nonlocal elements, inside
        elements += 1
        if element == "si" or element.endswith(":si"):
            if inside:  # whose text is it?
                raise damaged()
            inside = True
            lengths.append(0)
            if len(lengths) > MOST_TEXTS:
                raise unpacks_to_too_much()
        elif elements > _MOST_ELEMENTS:
            raise unpacks_to_too_much()

    def end(element: str) -> None:
        nonlocal inside
        if element == "si" or element.endswith(":si"):
            inside = False

    def text(data: str) -> None:
        if inside:
            lengths[-1] += len(data)

    _parse(archive, name, StartElementHandler=start, EndElementHandler=end, CharacterDataHandler=text)
    return lengths


def _parse(archive: zipfile.ZipFile, name: str, **handlers: Any) -> None:
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.buffer_text = True
    for handler, function in handlers.items():
        setattr(parser, handler, function)
    taken = 0
    try:
        for block in blocks(archive, name):
            parser.Parse(block)
            taken += len(block)
            # A tag that is not ended is read again from its start with every block.
            if taken - parser.CurrentByteIndex > _LONGEST_TAG:
                raise damaged()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged() from error
