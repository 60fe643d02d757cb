"""Members: personal values, stages, relations, warnings."""

from datetime import date

import pytest
from django.db import connection

from members.models import Member, Membership
from tests.factories.members import MemberFactory, MembershipFactory, PostFactory, StandingFactory
from tests.factories.orgs import CoverageFactory, EnterpriseFactory, OrganizationFactory, credit_code
from tests.sheets.files import TODAY, counts, errors, identity, load, warnings

pytestmark = pytest.mark.django_db

EMPLOYER = credit_code(1)


@pytest.fixture(autouse=True)
def world():
    """Organizations A and B, A covering an enterprise; D, dissolved in 2009."""
    a = OrganizationFactory(code="A")
    OrganizationFactory(code="B")
    OrganizationFactory(code="D", dissolved_on=date(2009, 1, 1))
    CoverageFactory(organization=a, enterprise__uscc=EMPLOYER)


def row(**cells):
    values = {"member_no": "M1", "name": "单芳"} | cells
    return [list(values), list(values.values())]


def stored():
    return Member.objects.get(member_no="M1")


def relations():
    found = Membership.objects.order_by("valid_from").select_related("organization")
    return [(r.organization.code, str(r.valid_from), str(r.valid_to or "")) for r in found]


def test_a_member_is_created_with_all_its_values():
    file = row(
        sex="女", birth_date="1970/1/1", id_number=identity(), phone="13800138000", enterprise=EMPLOYER,
        organization="A", relation_from="2002-01-01", relation_to="", applied_on="2000-01-01",
        activist_on="2000-06-01", candidate_on="2001-01-01", probationary_on="2001-06-01", full_on="2002-06-01",
        ended_on="2020-01-01", ended_reason="死亡",
    )  # fmt: skip
    assert counts("members", file) == (1, 0, 0)
    member = stored()
    assert (member.sex, member.birth_date, member.phone) == ("female", date(1970, 1, 1), "13800138000")
    assert (member.employer.uscc, member.ended_reason) == (EMPLOYER, "death")
    assert member.name_pinyin.startswith("shanfang")
    assert relations() == [("A", "2002-01-01", "")]
    assert counts("members", file) == (0, 0, 1)
    assert member.history.count() == Membership.history.count() == 1


def test_a_corrected_name_is_found_by_the_sound_of_its_surname():
    load("members", row())
    load("members", row(name="单雄信"))
    assert stored().name_pinyin == "shanxiongxin sxx"


def test_personal_columns_are_kept_out_of_the_history():
    load("members", row(phone="13800138000", id_number=identity(), birth_date="1970-01-01"))
    entry = stored().history.get()
    assert not {"phone", "id_number", "birth_date"} & {field.name for field in entry._meta.get_fields()}


def test_a_personal_value_is_stored_encrypted_and_its_change_counted_in_the_history():
    load("members", row(phone="13800138000", id_number=identity()))
    load("members", row(phone="13800138000", id_number=identity(order="002")))
    load("members", row(phone="", name="李四"))
    counted = stored().history.order_by("history_date", "history_id")
    assert list(counted.values_list("id_number_changes", "phone_changes")) == [(1, 1), (2, 1), (2, 2)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM members_member")
        assert not any(number in str(cursor.fetchone()) for number in ("13800138000", identity()[:14]))


def test_a_personal_value_that_stays_is_unchanged_and_not_encrypted_anew():
    load("members", row(phone="13800138000", id_number=identity()))
    before = (stored().phone.stored, stored().id_number.stored)
    assert counts("members", row(phone="13800138000", id_number=identity().lower())) == (0, 0, 1)
    assert counts("members", row(phone="13800138000", id_number=identity(), sex="女")) == (0, 1, 0)
    assert (stored().phone.stored, stored().id_number.stored) == before


def test_a_missing_column_leaves_and_an_empty_cell_clears():
    load("members", row(phone="1", enterprise=EMPLOYER, full_on="2001-01-01"))
    assert counts("members", row(sex="male")) == (0, 1, 0)
    assert (stored().phone, stored().employer.uscc) == ("1", EMPLOYER)
    assert counts("members", row(phone="", enterprise="-", full_on="N/A")) == (0, 1, 0)
    assert (stored().phone, stored().employer, stored().full_on) == ("", None, None)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"enterprise": credit_code(99)}, "enterprise"),
        ({"organization": "X", "relation_from": "2001-01-01"}, "organization"),
    ],
)
def test_what_does_not_exist_is_an_error(cells, column):
    (error,) = errors("members", row(**cells))
    assert error.startswith(f"line 2: {column}: there is no ")
    assert error.endswith(f"({cells[column]})")


def test_a_reason_of_the_end_needs_its_day():
    (error,) = errors("members", row(ended_reason="退党"))
    assert error.startswith("line 2: ended_reason: ")
    load("members", row(ended_on="2005-01-01", ended_reason="退党"))
    (error,) = errors("members", row(ended_on=""))
    assert error.startswith("line 2: ended_reason: ")


class TestRelations:
    """`relation_from` names a relation by its first day."""

    def test_one_that_exists_is_updated(self):
        load("members", row(organization="A", relation_from="2002-01-01"))
        file = row(organization="B", relation_from="2002-01-01", relation_to="2005-01-01")
        assert counts("members", file) == (0, 1, 0)
        assert relations() == [("B", "2002-01-01", "2005-01-01")]

    def test_a_later_one_is_added_and_ends_the_open_one(self):
        load("members", row(organization="A", relation_from="2002-01-01"))
        file = row(organization="B", relation_from="2005-01-01")
        assert counts("members", file) == (0, 1, 0)
        assert relations() == [("A", "2002-01-01", "2005-01-01"), ("B", "2005-01-01", "")]
        assert counts("members", file) == (0, 0, 1)
        assert Membership.history.count() == 3

    def test_a_stored_member_may_get_one_in_a_row_before_a_new_member_with_one(self):
        load("members", row())
        header, first = row(organization="A", relation_from="2002-01-01")
        assert counts("members", [header, first, ["M2", "王", "B", "2003-01-01"]]) == (1, 1, 0)
        assert relations() == [("A", "2002-01-01", ""), ("B", "2003-01-01", "")]

    def test_an_earlier_one_that_lasts_into_a_later_one_overlaps(self):
        load("members", row(organization="A", relation_from="2002-01-01"))
        (error,) = errors("members", row(organization="B", relation_from="2001-01-01"))
        assert error.startswith("line 2: relation_from: ")
        assert relations() == [("A", "2002-01-01", "")]

    def test_one_inside_an_ended_one_overlaps(self):
        MembershipFactory(member__member_no="M1", valid_from=date(2001, 1, 1), valid_to=date(2006, 1, 1))
        (error,) = errors("members", row(organization="A", relation_from="2005-01-01"))
        assert error.startswith("line 2: relation_from: ")

    @pytest.mark.parametrize("given", [{}, {"relation_from": ""}])
    def test_an_organization_without_first_day_is_an_error(self, given):
        (error,) = errors("members", row(organization="A", **given))
        assert error.startswith("line 2: relation_from: ")

    def test_an_end_without_first_day_is_an_error(self):
        (error,) = errors("members", row(relation_to="2005-01-01"))
        assert error.startswith("line 2: relation_from: ")

    def test_a_new_one_needs_its_organization(self):
        (error,) = errors("members", row(relation_from="2005-01-01"))
        assert error.startswith("line 2: organization: ")

    def test_one_that_exists_keeps_its_organization_where_the_column_is_missing(self):
        load("members", row(organization="A", relation_from="2002-01-01"))
        assert counts("members", row(relation_from="2002-01-01", relation_to="2003-01-01")) == (0, 1, 0)
        assert relations() == [("A", "2002-01-01", "2003-01-01")]

    def test_an_organization_is_not_cleared_from_a_relation(self):
        load("members", row(organization="A", relation_from="2002-01-01"))
        (error,) = errors("members", row(organization="", relation_from="2002-01-01"))
        assert error.startswith("line 2: organization: ")

    def test_no_first_day_and_no_organization_name_no_relation(self):
        load("members", row(organization="A", relation_from="2002-01-01"))
        file = row(organization="", relation_from="", relation_to="")
        assert counts("members", file) == (0, 0, 1)

    @pytest.mark.parametrize("end", ["2002-01-01", "2001-01-01"])
    def test_it_ends_after_it_starts(self, end):
        (error,) = errors("members", row(organization="A", relation_from="2002-01-01", relation_to=end))
        assert error.startswith("line 2: relation_to: ")

    def test_one_with_a_dissolved_organization_ends_with_it(self):
        file = row(organization="D", relation_from="2002-01-01", relation_to="")
        load("members", file)
        assert relations() == [("D", "2002-01-01", "2009-01-01")]
        assert counts("members", file) == (0, 0, 1)

    @pytest.mark.parametrize(
        ("first", "end", "column"),
        [("2002-01-01", "2009-01-02", "relation_to"), ("2009-01-01", "", "relation_from")],
    )
    def test_one_that_lasts_beyond_the_dissolution_is_an_error(self, first, end, column):
        (error,) = errors("members", row(organization="D", relation_from=first, relation_to=end))
        assert error.startswith(f"line 2: {column}: ")

    def test_one_after_a_dissolved_organization_is_fine(self):
        load("members", row(organization="D", relation_from="2002-01-01"))
        load("members", row(organization="A", relation_from="2009-01-01"))
        assert relations() == [("D", "2002-01-01", "2009-01-01"), ("A", "2009-01-01", "")]
        load("members", row(organization="B", relation_from="2010-01-01"))
        assert relations()[0] == ("D", "2002-01-01", "2009-01-01")

    def test_one_before_the_dissolution_ends_the_open_one_with_the_dissolved_organization(self):
        load("members", row(organization="D", relation_from="2002-01-01", relation_to=""))
        file = row(organization="A", relation_from="2008-12-15")
        assert counts("members", file) == (0, 1, 0)
        assert relations() == [("D", "2002-01-01", "2008-12-15"), ("A", "2008-12-15", "")]
        assert counts("members", file) == (0, 0, 1)


class TestIdentityNumbers:
    """No two members have one."""

    def rows(self, *pairs):
        return [
            ["member_no", "name", "id_number"],
            *([number, "x", identity_number] for number, identity_number in pairs),
        ]

    def test_twice_in_a_file_is_an_error_without_the_number(self):
        (error,) = errors("members", self.rows(("M1", identity()), ("M2", identity().lower())))
        assert error.startswith("line 3: id_number: ")
        assert identity() not in error

    def test_one_that_another_member_has_is_an_error(self):
        MemberFactory(member_no="M9", id_number=identity())
        (error,) = errors("members", self.rows(("M1", identity())))
        assert error.startswith("line 2: id_number: ")
        assert identity() not in error

    def test_two_members_may_swap_theirs_in_one_file(self):
        one, two = identity(), identity(order="003")
        load("members", self.rows(("M1", one), ("M2", two)))
        assert counts("members", self.rows(("M1", two), ("M2", one))) == (0, 2, 0)
        assert stored().id_number == two
        assert counts("members", self.rows(("M1", two), ("M2", one))) == (0, 0, 2)

    def test_one_that_is_given_up_in_the_same_file_is_free(self):
        load("members", self.rows(("M1", identity())))
        assert counts("members", self.rows(("M2", identity()), ("M1", ""))) == (1, 1, 0)
        assert stored().id_number == ""
        told = stored().history.order_by("history_date", "history_id")
        assert list(told.values_list("id_number_changes", flat=True)) == [1, 2]

    def test_members_without_one_are_many(self):
        assert counts("members", self.rows(("M1", ""), ("M2", ""))) == (2, 0, 0)


class TestWarnings:
    """What is worth a look, and no error."""

    def test_an_employer_that_is_closed(self):
        EnterpriseFactory(uscc=credit_code(2), closed_on=TODAY)
        (warning,) = warnings("members", row(enterprise=credit_code(2)))
        assert warning == f"line 2: enterprise: the employer is closed ({credit_code(2)})"

    def test_an_employer_that_closes_later_is_open(self):
        EnterpriseFactory(uscc=credit_code(2), closed_on=date(2026, 7, 2))
        assert warnings("members", row(enterprise=credit_code(2))) == []

    @pytest.mark.parametrize(("organization", "warned"), [("A", False), ("B", True)])
    def test_an_employer_that_the_members_organization_does_not_cover(self, organization, warned):
        file = row(enterprise=EMPLOYER, organization=organization, relation_from="2001-01-01")
        found = warnings("members", file)
        assert [line.startswith("line 2: enterprise: ") for line in found] == ([True] if warned else [])

    def test_a_relation_that_has_ended_is_not_asked(self):
        file = row(enterprise=EMPLOYER, organization="B", relation_from="2001-01-01", relation_to=str(TODAY))
        assert warnings("members", file) == []

    def test_stored_employer_and_relation_count_too(self):
        MembershipFactory(
            member__member_no="M1", member__full_on=None, member__employer=EnterpriseFactory(),
            organization=OrganizationFactory(),
        )  # fmt: skip
        assert len(warnings("members", row())) == 1

    def test_missing_earlier_stages(self):
        (warning,) = warnings("members", row(applied_on="2000-01-01", full_on="2002-01-01"))
        assert warning.startswith("line 2: full_on: ")
        assert "activist_on, candidate_on, probationary_on" in warning

    def test_no_stage_or_the_first_ones_in_order_are_fine(self):
        assert warnings("members", row()) == []
        assert warnings("members", row(applied_on="2000-01-01", activist_on="2001-01-01")) == []

    def test_an_identity_number_with_an_unknown_county(self):
        number = identity(county="339999")
        (warning,) = warnings("members", row(id_number=number))
        assert warning.startswith("line 2: id_number: ")
        assert number not in warning
        assert stored().id_number == number


def test_a_membership_lapses_by_either_name():
    load("members", row(ended_on="2020-01-01", ended_reason="自行脱党"))
    assert stored().ended_reason == "lapsed"
    assert counts("members", row(ended_on="2020-01-01", ended_reason="lapsed")) == (0, 0, 1)


def test_posts_and_standings_end_on_a_new_day_of_the_end():
    organization = OrganizationFactory()
    member = MemberFactory(member_no="M1", name="单芳", organization=organization)
    holds, standing = {"member": member, "organization": organization}, StandingFactory(member=member)
    past = PostFactory(**holds, valid_to=date(2005, 1, 1))
    post = PostFactory(**holds, valid_from=date(2005, 1, 1))
    assert counts("members", row(ended_on="2020-01-01", ended_reason="除名")) == (0, 1, 0)
    for period, end in ((post, date(2020, 1, 1)), (standing, date(2020, 1, 1)), (past, date(2005, 1, 1))):
        period.refresh_from_db()
        assert period.valid_to == end
    assert (post.history.count(), past.history.count()) == (2, 1)
    assert counts("members", row(ended_on="2020-01-01", ended_reason="除名")) == (0, 0, 1)


def test_an_old_sheet_does_not_end_again_who_was_restored():
    member = MemberFactory(member_no="M1", name="单芳")
    StandingFactory(
        member=member, kind="no_member", valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1)
    )  # fmt: skip
    [error] = errors("members", row(ended_on="2020-01-01", ended_reason="除名"))
    assert "ended_on" in error
    assert stored().ended_on is None


@pytest.mark.parametrize("number", [1, 3])
def test_members_are_ended_with_a_constant_number_of_statements(number, django_assert_max_num_queries):
    names = ["member_no", "name", "ended_on"]
    rows = [[f"M{place}", "单芳", "2020-01-01"] for place in range(number)]
    for member_no, name, _ended_on in rows:
        StandingFactory(member=MemberFactory(member_no=member_no, name=name))
    with django_assert_max_num_queries(32):
        load("members", [names, *rows])
