"""Pictures are drawn anew: nothing but what they show is kept, and nothing hostile is decoded."""

from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from orgs.pictures import LONG_SIDE, NotAPicture, TooLargeAPicture, draw_anew

# No database is asked.
pytestmark = pytest.mark.sqlite

RED, BLUE = (200, 0, 0), (0, 0, 200)
GPS, ORIENTATION, CAMERA = 0x8825, 0x0112, 0x0110


def halves(size=(300, 200), mode="RGB"):
    """A picture whose left half is red, and the right one blue."""
    image = Image.new(mode, size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def file_of(image, form, **options):
    file = BytesIO()
    image.save(file, form, **options)
    return file


def drawn(file):
    image = Image.open(BytesIO(draw_anew(file)))
    image.load()
    return image


def is_like(pixel, colour):
    return all(abs(a - b) < 30 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_jpeg_of_ours(form):
    picture = drawn(file_of(halves(), form))

    assert (picture.format, picture.size, picture.mode) == ("JPEG", (300, 200), "RGB")
    assert is_like(picture.getpixel((20, 100)), RED)
    assert is_like(picture.getpixel((280, 100)), BLUE)


def with_exif():
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # held upright: to be turned by 90 degrees to the right
    exif[CAMERA] = "Kamera 7"
    exif.get_ifd(GPS).update({1: "N", 2: (27.0, 58.0, 12.0), 3: "E", 4: (120.0, 38.0, 6.0)})
    return exif


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_a_camera_wrote_is_gone_and_the_picture_stands_upright(form):
    file = file_of(halves(), form, exif=with_exif())
    file.seek(0)
    with Image.open(file) as sent:
        assert sent.getexif().get_ifd(GPS)  # it was there

    jpeg = draw_anew(file)
    picture = Image.open(BytesIO(jpeg))
    assert picture.size == (200, 300)
    assert is_like(picture.getpixel((100, 20)), RED)
    assert is_like(picture.getpixel((100, 280)), BLUE)
    assert not picture.getexif()
    assert b"Kamera" not in jpeg
    assert b"Exif" not in jpeg


def test_remarks_and_colour_profiles_are_gone():
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Wang Wu")
    png = draw_anew(file_of(halves(), "PNG", pnginfo=told, icc_profile=b"profile of Wang Wu"))
    jpeg = draw_anew(file_of(halves(), "JPEG", comment="Wang Wu", xmp=b"<x>Wang Wu</x>"))

    assert b"Wang Wu" not in png + jpeg
    assert set(Image.open(BytesIO(jpeg)).info) <= {
        "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("size", "kept"), [((3200, 800), (1600, 400)), ((800, 3200), (400, 1600)), ((1600, 9), (1600, 9)), ((9, 9), (9, 9))]
)  # fmt: skip
def test_a_large_picture_is_made_smaller_and_a_small_one_is_left(size, kept):
    assert drawn(file_of(halves(size), "JPEG")).size == kept
    assert max(kept) <= LONG_SIDE


def test_what_can_be_seen_through_is_white():
    assert is_like(drawn(file_of(Image.new("RGBA", (9, 9)), "PNG")).getpixel((4, 4)), (255, 255, 255))
    palette = halves().convert("P")
    file = file_of(palette, "PNG", transparency=palette.getpixel((0, 0)))
    picture = drawn(file)
    assert is_like(picture.getpixel((20, 100)), (255, 255, 255))
    assert is_like(picture.getpixel((280, 100)), BLUE)


@pytest.mark.parametrize(
    ("mode", "value"), [("I;16", 32768), ("L", 128), ("LA", (128, 255)), ("CMYK", (0, 0, 0, 127))]
)
def test_other_colours_are_kept_as_they_look(mode, value):
    form = "JPEG" if mode == "CMYK" else "PNG"
    assert is_like(drawn(file_of(Image.new(mode, (9, 9), value), form)).getpixel((4, 4)), (128, 128, 128))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_several_frames_the_first_is_drawn(form):
    frames = [Image.new("RGB", (50, 50), colour) for colour in (RED, BLUE)]
    file = file_of(frames[0], form, save_all=True, append_images=frames[1:])

    assert is_like(drawn(file).getpixel((25, 25)), RED)


def test_the_file_may_have_been_read_before():
    file = file_of(halves(), "PNG")
    file.read()
    assert drawn(file).size == (300, 200)


def truncated(form):
    whole = file_of(Image.effect_noise((300, 300), 90).convert("RGB"), form).getvalue()
    return whole[: len(whole) // 2]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0", b"text", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<script>alert(1)</script>",
        b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 ", b"%!PS-Adobe-3.0 EPSF-3.0\n",
        file_of(halves(), "GIF").getvalue(), file_of(halves(), "TIFF").getvalue(), file_of(halves(), "BMP").getvalue(),
        truncated("JPEG"), truncated("PNG"), truncated("WEBP"),
    ],
)  # fmt: skip
def test_what_is_no_picture_of_these_formats_is_refused(content):
    with pytest.raises(NotAPicture):
        draw_anew(BytesIO(content))


@pytest.mark.parametrize("size", [(6325, 6325), (20000, 20000)])
def test_too_many_pixels_are_refused_before_they_are_decoded(size, monkeypatch):
    file = file_of(Image.new("1", size), "PNG")
    assert len(file.getvalue()) < 100_000
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", lambda _: pytest.fail("it was decoded"))

    with pytest.raises(TooLargeAPicture, match="40 million"):
        draw_anew(file)


def test_a_jpeg_of_endless_scans_is_refused():
    jpeg = file_of(halves(), "JPEG", progressive=True).getvalue()
    last = jpeg.rindex(b"\xff\xda")
    scan, end = jpeg[last:-2], jpeg[-2:]
    assert drawn(BytesIO(jpeg)).size == (300, 200)

    with pytest.raises(TooLargeAPicture):
        draw_anew(BytesIO(jpeg[:-2] + scan * 200 + end))
