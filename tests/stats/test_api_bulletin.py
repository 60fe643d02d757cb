"""GET /api/v1/statistics/bulletin/ and definitions/: figures in words, in both languages."""

import re

import pytest

from stats.api.coverage import CoverageView
from stats.api.gaps import GapsView
from stats.api.series import SeriesView
from tests.stats.asking import DAY, ask, place

pytestmark = pytest.mark.django_db

NO_FIGURES = {"as_of", "scale", "summary", "period", "area.code", "area.name", "area.level"} | {
    f"enterprise.{column}" for column in ("uscc", "name", "area")
}


def test_the_english_bulletin_contains_the_headline():
    place("330304001", 3)

    body = ask("bulletin", as_of=DAY, area="330304001", language_="en").json()

    assert body.keys() == {"as_of", "language", "text"}
    assert (body["as_of"], body["language"]) == (DAY, "en")
    assert "3 organizations, 3 standalone, 0 joint" in body["text"]


def test_the_language_is_that_of_the_request_unless_another_is_asked_for():
    def bulletin(language, **parameters):
        return ask("bulletin", language=language, as_of=DAY, **parameters).json()

    chinese, english = bulletin("zh-hans"), bulletin("en")
    assert (chinese["language"], english["language"]) == ("zh-hans", "en")
    assert "2008年6月19日" in chinese["text"]
    assert bulletin("zh-hans", language_="en") == english
    assert bulletin("en", language_="zh-hans") == chinese


def test_a_bulletin_of_an_empty_register_is_one():
    assert "0 organizations, 0 standalone, 0 joint" in ask("bulletin", as_of="0001-01-01").json()["text"]


def test_every_figure_is_defined_in_both_languages():
    rows = ask("definitions").json()["results"]

    codes = [row["code"] for row in rows]
    assert len(codes) == len(set(codes))
    for view, prefix in ((CoverageView, ""), (SeriesView, "series."), (GapsView, "gaps.")):
        figures = {column.name for column in view.columns} - NO_FIGURES
        assert {f"{prefix}{figure}" for figure in figures} <= set(codes)
    for row in rows:
        assert row.keys() == {"code", "label", "definition", "unit", "rule"}
        for text in ("label", "definition", "unit", "rule"):
            assert row[text].keys() == {"en", "zh-hans"}
            assert row[text]["en"]
            assert re.search("[\u4e00-\u9fff]", row[text]["zh-hans"]), (row["code"], text)


def test_definitions_do_not_depend_on_the_language_of_the_request():
    assert ask("definitions", language="en").json() == ask("definitions", language="zh-hans").json()
