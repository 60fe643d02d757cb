"""Pictures as the register keeps them: drawn anew in the size of a page, without what a camera wrote into them."""

from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from orgs.actions.refusals import Refusal

FORMATS = ("JPEG", "PNG", "WEBP")
CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp")
LONG_SIDE = 1600
"""The most pixels that a kept picture has on its longer side."""
MOST_PIXELS = 40_000_000
"""Of a file: a camera's picture has fewer, and more would fill the memory of the server."""
MOST_SCANS = 100
"""Of a JPEG, which is decoded scan by scan: a camera writes a dozen; thousands fit in a file and take minutes."""

_START_OF_SCAN = b"\xff\xda"


class NotAPicture(Refusal):
    """The file holds no picture that can be drawn."""

    def __init__(self) -> None:
        super().__init__(
            _("This file is not a picture that can be read. Choose a picture in JPEG, PNG or WebP format.")
        )


class TooLargeAPicture(Refusal):
    """The picture takes more work than a picture of a practice is worth."""

    def __init__(self) -> None:
        millions = MOST_PIXELS // 1_000_000
        super().__init__(
            _("The picture has more than %(millions)d million pixels. Make it smaller, then choose it again.")
            % {"millions": millions}
        )


def draw_anew(file: IO[bytes]) -> bytes:
    """A JPEG of what `file` shows, upright, at most LONG_SIDE pixels long, on white, with no metadata.

    The type is told by the content, whatever the name says; of several frames the first one is drawn.
    Raises NotAPicture, or TooLargeAPicture before anything is decoded.
    """
    try:
        return _jpeg(_upright(file))
    except Image.DecompressionBombError as refusal:
        raise TooLargeAPicture from refusal
    except Refusal:
        raise
    except Exception as error:  # a broken file raises what the reader of its format stumbles over
        raise NotAPicture from error


def _upright(file: IO[bytes]) -> Image.Image:
    """The picture in `file`, scaled down and turned as the camera was held."""
    file.seek(0)
    with Image.open(file, formats=FORMATS) as found:
        if found.width * found.height > MOST_PIXELS or _scans(file, found) > MOST_SCANS:
            raise TooLargeAPicture
        found.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG is decoded small from the start
        image = _in_plain_colours(found)
    image.thumbnail((LONG_SIDE, LONG_SIDE))
    return ImageOps.exif_transpose(image)


def _scans(file: IO[bytes], image: Image.Image) -> int:
    """How many scans the JPEG in `file` says it has; none in other formats."""
    if image.format not in ("JPEG", "MPO"):
        return 0
    file.seek(0)
    return file.read().count(_START_OF_SCAN)


def _in_plain_colours(image: Image.Image) -> Image.Image:
    """`image` in red, green and blue, with what can be seen through where there is such."""
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off instead of scaling
        deep: Any = image.convert("I")
        image = deep.point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _jpeg(image: Image.Image) -> bytes:
    """`image` on a sheet of its own: what came with it (place, camera, remarks) stays behind."""
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image if image.mode == "RGBA" else None)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return out.getvalue()
