"""Every figure is defined, once."""

from collections import Counter
from datetime import date

import pytest
from django.utils import translation

from stats.api.applications import ApplicationNumbersSerializer, InitiativeSerializer
from stats.api.bodies import CoverageSerializer
from stats.definitions import DEFINITIONS
from stats.figures import Scale, coverage_figures

QUESTION = {"as_of", "area", "scale"}
SUMMARY = "summary"  # a text of three figures that are defined


def leaves(body, path=()):
    if not isinstance(body, dict):
        return [".".join(path)]
    return [leaf for name, inner in body.items() for leaf in leaves(inner, (*path, name))]


def codes(prefix):
    return [one.code for one in DEFINITIONS if one.code.startswith(prefix)]


@pytest.mark.django_db
def test_every_figure_of_the_coverage_answer_has_exactly_one_definition_in_its_order():
    body = dict(CoverageSerializer(coverage_figures(date(2008, 6, 19), None, Scale.ABOVE)).data)
    figures = {name: value for name, value in body.items() if name not in {*QUESTION, SUMMARY}}

    others = ("series.", "gaps.", "applications.")
    assert [one.code for one in DEFINITIONS if not one.code.startswith(others)] == leaves(figures)


def test_every_flow_of_a_series_is_defined():
    flows = ("opening", "entered", "left", "moved_in", "moved_out", "closing")

    assert codes("series.") == [
        f"series.{what}.{flow}" for what in ("organizations", "members", "enterprises") for flow in flows
    ]


def test_every_figure_of_applications_is_defined():
    numbers = ApplicationNumbersSerializer().fields
    found = leaves({name: dict(getattr(field, "fields", {})) or 0 for name, field in numbers.items()})
    shares = [f"share_on_initiative.{name}" for name in InitiativeSerializer().fields]

    assert sorted(codes("applications.")) == sorted(f"applications.{name}" for name in [*found, *shares])


def test_no_figure_is_defined_twice():
    assert [code for code, times in Counter(one.code for one in DEFINITIONS).items() if times > 1] == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_labels_are_distinct_for_who_reads_them(language):
    with translation.override(language):
        labels = Counter(str(one.label) for one in DEFINITIONS)
    assert [label for label, times in labels.items() if times > 1] == []
