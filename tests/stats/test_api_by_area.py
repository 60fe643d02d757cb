"""GET /api/v1/statistics/coverage/by-area/: a row per area, and one for the rest."""

import pytest

from tests.factories.orgs import AreaFactory
from tests.stats.asking import DAY, ask, place
from tests.stats.test_property import counts

pytestmark = pytest.mark.django_db

PATH = "coverage/by-area"


def codes(answer):
    assert answer.status_code == 200, answer.content
    return [row["area"] and row["area"]["code"] for row in answer.json()["results"]]


@pytest.fixture
def district():
    """Two subdistricts, a community in one of them, and something that lies in neither."""
    place("330304002", 2)
    place("330304001", 1)
    place("330304001001", 4)
    return place("330304", 3)


def test_an_empty_register_has_the_row_of_the_rest_alone():
    assert codes(ask(PATH, as_of=DAY)) == [None]


def test_a_row_is_what_the_coverage_figures_of_its_area_are(district):
    first, *_others = ask(PATH, as_of=DAY, area="330304", scale="all").json()["results"]

    assert first == ask("coverage", as_of=DAY, area="330304001", scale="all").json()
    assert first["organizations"]["total"] == 5


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("subdistrict", ["330304001", "330304002", None]),
        ("community", ["330304001001", None]),
        ("district", ["330304", None]),
        ("city", [None]),
    ],
)
def test_the_rows_of_any_level_add_up_to_the_whole(district, level, expected):
    answer = ask(PATH, as_of=DAY, area="330304", level=level)

    assert codes(answer) == expected
    total = sum((counts(row) for row in answer.json()["results"]), start=type(counts({}))())
    assert total == counts(ask("coverage", as_of=DAY, area="330304").json())


def test_what_lies_in_none_of_them_is_the_last_row(district):
    rest = ask(PATH, as_of=DAY).json()["results"][-1]

    assert rest["area"] is None
    assert rest["organizations"]["total"] == 3


def test_subdistricts_are_the_default(district):
    assert codes(ask(PATH)) == ["330304001", "330304002", None]


def test_the_areas_have_the_names_of_the_readers_language():
    AreaFactory(code="330304001", name="梧田街道", name_en="Wutian")

    names = [
        ask(PATH, language=language).json()["results"][0]["area"]["name"] for language in ("en", "zh-hans")
    ]
    assert names == ["Wutian", "梧田街道"]
