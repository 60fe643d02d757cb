"""Files of pictures, as a browser sends them."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture_file(*, size=(300, 200), colour="red", form="PNG", name="picture.png", mode="RGB"):
    """A picture of one colour; of many pixels, `mode` "1" is made the fastest."""
    file = BytesIO()
    Image.new(mode, size, colour).save(file, form)
    return SimpleUploadedFile(name, file.getvalue(), content_type="application/octet-stream")
