"""Exported and imported again, every row is unchanged."""

import io
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.roles import Role
from orgs.api.tables import Column, Table, csv_pieces, write_workbook
from orgs.models import Enterprise, EnterpriseArea, Kind, OrganizationArea, OrganizationKind
from orgs.values import UNPRINTABLE
from registry.api import router
from sheets.columns import Text
from sheets.problems import ImportRefused
from sheets.reading import read_table
from tests.factories.api import staff_client
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.sheets.drawn import FILES, small_register
from tests.sheets.files import counts, csv_text, load

LISTS = {path: viewset.sheet.name for path, viewset, _name in router.registry if viewset.sheet is not None}
"""The lists of the API whose files can be imported, each with the resource."""

MISREAD = [
    "-",
    "N/A",
    "#N/A",
    "=1+1",
    "＝1+1",
    "+1",
    "@x",
    "'x",
    "''",
    "9.1E+17",
    "007",
    "2008-06-19",
    "_x0041_",
    '甲,"乙"\n丙',
]


def exported(client, path, format_):
    """The file of a list, and how many rows it has."""
    answer = client.get(f"/api/v1/{path}/", {"format": format_})
    assert answer.status_code == 200, answer.content
    return answer.getvalue(), client.get(f"/api/v1/{path}/").json()["count"]


def assert_unchanged(client, format_):
    for path, resource in LISTS.items():
        file, rows = exported(client, path, format_)
        try:
            assert counts(resource, file) == (0, 0, rows), path
        except ImportRefused as refused:
            raise AssertionError(f"{path}: {refused.errors.first()}") from refused


class WhatIsExported(TestCase):
    """Random registers, such as random files make."""

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(files=st.lists(FILES, min_size=4, max_size=8), format_=st.sampled_from(["csv", "xlsx"]))
    def test_is_imported_as_unchanged(self, files, format_):
        small_register()
        for resource, rows in files:
            try:
                load(resource, csv_text(rows))
            except ImportRefused:
                continue
        assert_unchanged(staff_client(Role.ADMINISTRATOR), format_)


@pytest.mark.django_db
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_of_several_periods_the_latest_is_told_also_if_it_is_yet_to_come(format_):
    now, then = date(2001, 1, 1), date(2999, 1, 1)
    here, there = AreaFactory(code="330304001"), AreaFactory(code="330304002")
    enterprise, organization = EnterpriseFactory(area=here), OrganizationFactory(area=here)
    for model, owner, new in (
        (EnterpriseArea, {"enterprise": enterprise}, {"area": there}),
        (OrganizationArea, {"organization": organization}, {"area": None}),
        (OrganizationKind, {"organization": organization}, {"kind": Kind.COMMITTEE}),
    ):
        model.objects.filter(**owner).update(valid_to=then)
        model.objects.create(**owner, **new, valid_from=then)
    member = MemberFactory()
    MembershipFactory(member=member, organization=organization, valid_from=now, valid_to=then)
    MembershipFactory(member=member, organization=OrganizationFactory(), valid_from=then)

    assert_unchanged(staff_client(Role.ADMINISTRATOR), format_)


@pytest.mark.django_db
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_texts_that_a_spreadsheet_or_an_import_would_misread_are_kept(format_):
    for text in MISREAD:
        EnterpriseFactory(name=text, address=text)

    assert_unchanged(staff_client(Role.ADMINISTRATOR), format_)
    assert list(Enterprise.objects.order_by("pk").values_list("name", flat=True)) == MISREAD


TEXTS = st.text(
    st.sampled_from("'=+-@#/_x0041N A.E\t\r\n\",\u3000甲\U00031350")
    | st.characters(exclude_categories=["Cs"]),
    max_size=30,
).filter(lambda text: text == text.strip().strip("\ufeff\u200b").strip() and not UNPRINTABLE.search(text))


@pytest.mark.sqlite  # it asks no database
@given(texts=st.lists(TEXTS, min_size=1, max_size=50))
@example(texts=MISREAD)
def test_every_text_that_the_register_holds_is_read_as_it_was_written(texts):
    column = Text(name="text", chinese="文本", longest=300)
    # A second column, lest rows are blank.
    table = Table("x", [Column(("text",)), Column(("end",))], [{"text": one, "end": "."} for one in texts])
    workbook = io.BytesIO()
    write_workbook(table, workbook)

    for file in (io.BytesIO(b"".join(csv_pieces(table))), workbook):
        file.seek(0)
        _header, *rows = (cells for _line, cells in read_table(file).rows)
        assert [column.read(cells[0]) for cells in rows] == [text or None for text in texts]


@pytest.mark.sqlite
@pytest.mark.parametrize("text", ["\n=1+1", " =1+1", "\xa0=1", "＝1+1", "－1", "\t1", " -"])
def test_what_a_spreadsheet_would_calculate_is_a_text_also_behind_blanks(text):
    assert Column(("x",)).cell({"x": text}) == f"'{text}"
