"""The same import twice: everything unchanged, and no row of history. Refused: nothing at all."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orgs.models import Area, Organization
from sheets.problems import ImportRefused
from tests.factories.orgs import OrganizationFactory
from tests.sheets.drawn import FILES, small_register
from tests.sheets.files import counts, csv_text, errors, load
from tests.sheets.stepping import organizer, uploaded


def number_of_rows():
    """How many rows every table has, histories too."""
    models = [*apps.get_app_config("orgs").get_models(), *apps.get_app_config("members").get_models()]
    return {model.__name__: model.objects.count() for model in models}


class TheSameImportTwice(TestCase):
    """On random small registers, one random file after another."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(files=st.lists(FILES, min_size=1, max_size=5), option=st.booleans())
    def test_is_all_unchanged_and_a_refused_one_changes_nothing(self, files, option):
        area = small_register()
        chosen = area if option else None
        for resource, rows in files:
            before = number_of_rows()
            try:
                summary = load(resource, csv_text(rows), area=chosen)
                problems = []
            except ImportRefused as refused:
                problems = refused.errors.first()
            after = number_of_rows()
            event(f"{resource} {'refused' if problems else 'taken'}")
            if problems:
                assert after == before
                # Every rule is checked, and pinned to its line, before the database would refuse.
                assert not any("database" in problem.message for problem in problems)
                continue
            assert sum(summary.outcomes.counts.values()) == len(rows) - 1
            assert counts(resource, csv_text(rows), area=chosen) == (0, 0, len(rows) - 1)
            assert number_of_rows() == after


@pytest.mark.django_db
def test_what_somebody_else_writes_meanwhile_refuses_the_file(monkeypatch):
    """The database has the last word; its refusal is one clear line and nothing is written."""

    def refuse(*_arguments, **_options):
        raise IntegrityError("duplicate key (a name, a number)")

    monkeypatch.setattr("sheets.resources.areas.Areas.finish", refuse)
    (error,) = errors("areas", "code,name,level\n33,浙江,province\n")
    assert error.startswith("line 1: file: ")
    assert "duplicate key" not in error
    assert not Area.objects.exists()


@pytest.mark.django_db
def test_a_changed_pointer_alone_is_one_update():
    OrganizationFactory(code="A", name="x", established_on=date(2001, 1, 1))
    OrganizationFactory(code="B")
    text = "code,name,kind,established_on,superior\nA,x,branch,2001-01-01,B\n"
    assert counts("organizations", text) == (0, 1, 0)
    assert Organization.objects.get(code="A").history.count() == 2
    assert counts("organizations", text) == (0, 0, 1)


@pytest.mark.sqlite
class EachRowOfAFile(TestCase):
    """Whatever a file has, and wherever it is refused."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(file=FILES)
    def test_has_one_outcome(self, file):
        small_register()
        resource, rows = file
        found = uploaded(rows, by=organizer(), resource=resource)
        event("refused" if found.wrong else "taken")
        assert found.created + found.updated + found.unchanged + found.wrong == len(rows) - 1
