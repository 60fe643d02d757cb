"""A picture for a practice of the sample: drawn, as invented people have no photographs."""

from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw

from orgs.pictures import draw_anew

WIDTH, HEIGHT = 1200, 800
TIMES = 2
"""How many times as large it is drawn before it is scaled down, so that its edges are smooth."""

PAPER, BODY, HEAD, TABLE = "#f7f5f2", "#a51d24", "#e7b9a2", "#3f6d8c"
PEOPLE = 12


def people_in_a_ring() -> bytes:
    """A JPEG of people around a table, seen from above."""
    image = Image.new("RGB", (WIDTH * TIMES, HEIGHT * TIMES), PAPER)
    pencil = ImageDraw.Draw(image)

    def disc(x: float, y: float, radius: float, colour: str) -> None:
        box = (x - radius, y - radius, x + radius, y + radius)
        pencil.ellipse([side * TIMES for side in box], fill=colour)

    middle_x, middle_y = WIDTH / 2, HEIGHT / 2
    disc(middle_x, middle_y, 150, TABLE)
    for number in range(PEOPLE):
        angle = 2 * pi * number / PEOPLE
        x, y = middle_x + 270 * cos(angle), middle_y + 270 * sin(angle)
        disc(x, y, 58, BODY)
        disc(x, y, 32, HEAD)
    file = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(file, "PNG")
    return draw_anew(file)
