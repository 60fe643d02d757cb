"""Files that come with an application: what they are is told by their content, and doubt refuses them.

What is taken is never shown by the site: it is downloaded, with the type that was told here.
"""

import unicodedata
import zipfile
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image

from applications.actions.applying import MOST_BYTES
from applications.models import MediaType
from applications.word_files import IsNoWordFile, check_word_file
from orgs.actions.refusals import Refusal
from orgs.pictures import MOST_PIXELS, MOST_SCANS

TITLE_LENGTH = 100
ENDINGS = {
    MediaType.PDF: (".pdf",),
    MediaType.DOCX: (".docx",),
    MediaType.JPEG: (".jpg", ".jpeg"),
    MediaType.PNG: (".png",),
}
"""How names of each type end; the first is the usual one."""

_PDF = b"%PDF-"
_PDF_HEADER_WITHIN = 1024
"""Bytes within which programs look for the header of a PDF, whatever stands before it."""
_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_START_OF_SCAN = b"\xff\xda"


class IsEmpty(Refusal):
    """There is nothing in the file."""

    def __init__(self) -> None:
        super().__init__(_("This file is empty."))


class IsTooLarge(Refusal):
    """The file has more bytes than an application keeps."""

    def __init__(self) -> None:
        super().__init__(
            _("This file has more than %(megabytes)d megabytes. Make it smaller, then choose it again.")
            % {"megabytes": MOST_BYTES >> 20}
        )


class IsOfAnotherType(Refusal):
    """The file is none of the types that are taken, or more than one at once."""

    def __init__(self) -> None:
        super().__init__(_("This is no PDF, no Word file (.docx) and no picture (JPEG, PNG)."))


class IsDamaged(Refusal):
    """The file begins as one of the types, and is not whole."""

    def __init__(self) -> None:
        super().__init__(_("This file is damaged or not whole. Open it, save it anew, then choose it again."))


class HasTooManyPixels(Refusal):
    """To show the picture would fill the memory of whoever opens it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This picture has more than %(millions)d million pixels. Make it smaller, then choose it again."
            )
            % {"millions": MOST_PIXELS // 1_000_000}
        )


def media_type_of(content: bytes) -> MediaType:
    """What `content` is, whatever its name says.

    Raises IsEmpty, IsTooLarge, IsOfAnotherType, IsDamaged, HasTooManyPixels, or what `check_word_file` raises.
    """
    if not content:
        raise IsEmpty
    if len(content) > MOST_BYTES:
        raise IsTooLarge
    found = _could_be(content)
    if len(found) != 1:
        raise IsOfAnotherType
    match found[0]:
        case MediaType.PDF:
            _check_pdf(content)
        case MediaType.DOCX:
            try:
                check_word_file(content)
            except IsNoWordFile as refusal:
                raise IsOfAnotherType from refusal
        case picture:
            _check_picture(content, picture)
    return found[0]


def _could_be(content: bytes) -> list[MediaType]:
    """The types that some program would take `content` for."""
    signs = {
        MediaType.PDF: _PDF in content[:_PDF_HEADER_WITHIN],
        MediaType.DOCX: zipfile.is_zipfile(BytesIO(content)),
        MediaType.JPEG: content.startswith(_JPEG),
        MediaType.PNG: content.startswith(_PNG),
    }
    return [media_type for media_type, is_one in signs.items() if is_one]


def _check_pdf(content: bytes) -> None:
    if not content.startswith(_PDF):
        raise IsOfAnotherType
    if not content.rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"):
        raise IsDamaged


def _check_picture(content: bytes, media_type: MediaType) -> None:
    """Decode all of it, once it is known that this takes little."""
    if media_type == MediaType.PNG and not content.endswith(_PNG_END):
        raise IsDamaged
    if media_type == MediaType.JPEG and content.count(_START_OF_SCAN) > MOST_SCANS:
        raise HasTooManyPixels
    try:
        with Image.open(BytesIO(content), formats=[media_type.label]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise HasTooManyPixels
            image.load()
    except Image.DecompressionBombError as refusal:
        raise HasTooManyPixels from refusal
    except Refusal:
        raise
    except Exception as error:  # a broken file raises what the reader of its format stumbles over
        raise IsDamaged from error


def title_of(name: str, media_type: MediaType) -> str:
    """`name`, as the applicant's machine had it, for people to read: no path, nothing that hides or turns letters.

    It ends as names of `media_type` do, so that nobody's machine takes the file for a program.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(" " if letter.isspace() else letter for letter in last)
    plain = "".join(letter for letter in plain if unicodedata.category(letter)[0] != "C")
    plain = " ".join(plain.split()).strip(". ")
    endings = ENDINGS[media_type]
    stem = next((plain[: -len(end)] for end in endings if plain.casefold().endswith(end)), plain)
    ending = plain[len(stem) :] or endings[0]
    return (stem.strip(". ")[: TITLE_LENGTH - len(ending)] or "file") + ending
