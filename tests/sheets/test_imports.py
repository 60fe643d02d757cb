"""An import in the admin, step by step: what it finds, what it writes, what stops it."""

from datetime import date

import pytest
from django.core.files.base import ContentFile

from members.models import Member
from orgs.actions.looking import TooManyLookups, count_lookup
from orgs.models import Enterprise, OrganizationKind
from record.models import AccessEntry, Event
from record.origin import Origin, originating
from sheets import imports, tasks
from sheets.models import Import, Part, SealedPart, State
from sheets.parts import kept_json
from sheets.resources import RESOURCES
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory, credit_code
from tests.sheets.files import as_bytes, identity
from tests.sheets.stepping import organizer, run, uploaded

pytestmark = pytest.mark.django_db

HEADER = ["uscc", "name", "area", "registered_on"]
index_of = Member._meta.get_field("id_number").index_of
NEW, OLD, SAME = credit_code(1), credit_code(2), credit_code(3)


def test_the_check_tells_what_each_row_does_and_keeps_nothing():
    EnterpriseFactory(uscc=OLD, name="Old name")
    EnterpriseFactory(uscc=SAME, name="Same")
    rows = [
        HEADER,
        [NEW, "New", "", "2008-01-01"],
        [OLD, "New name", "", "2000-01-01"],
        [SAME, "Same", "", "2000-01-01"],
    ]

    found = uploaded(rows, by=organizer())

    assert (found.state, found.created, found.updated, found.unchanged, found.wrong) == (
        State.CHECKED,
        1,
        1,
        1,
        0,
    )
    findings = kept_json(found, Part.FINDINGS)
    assert findings["changed"] == [{"line": 3, "key": [OLD], "fields": [["name", "Old name", "New name"]]}]
    assert findings["new"][0]["values"]["name"] == "New"
    assert not Enterprise.objects.filter(uscc=NEW).exists()


def test_a_confirmed_import_writes_as_the_request_that_confirmed_it_and_forgets_the_file():
    found = run(
        uploaded([HEADER, [NEW, "New", "", "2008-01-01"]], by=organizer(), reason="list of the office")
    )

    assert found.state == State.DONE
    entry = Enterprise.history.get()
    assert (entry.history_user, entry.request_id) == (found.made_by, found.request_id)
    assert (entry.client_address, entry.history_change_reason) == ("203.0.113.7", "list of the office")
    assert not SealedPart.objects.exists()


def test_what_changed_since_the_preview_is_shown_again_instead_of_being_overwritten():
    old = EnterpriseFactory(uscc=OLD, name="Old name")
    found = uploaded([HEADER, [OLD, "New name", "", "2000-01-01"]], by=organizer())
    old.name = "Somebody's"
    old.save()

    found = run(found)

    assert (found.state, found.is_stale) == (State.CHECKED, True)
    assert kept_json(found, Part.FINDINGS)["changed"][0]["fields"] == [["name", "Somebody's", "New name"]]
    assert run(found).state == State.DONE


def test_a_row_about_what_lies_elsewhere_is_refused():
    here, there = AreaFactory(), AreaFactory()
    EnterpriseFactory(uscc=OLD, area=there)
    rows = [HEADER, [OLD, "Mine now", here.code, "2000-01-01"], [NEW, "New", there.code, "2008-01-01"]]

    found = uploaded(rows, by=organizer(here))

    problems = kept_json(found, Part.PROBLEMS)
    assert [(line, column) for line, column, _message in problems] == [(2, "uscc"), (3, "area")]


def test_wrong_rows_are_left_out_on_demand():
    rows = [HEADER, [NEW, "New", "", "2008-01-01"], [OLD, "No such day", "", "2008-02-30"]]
    found = uploaded(rows, by=organizer())
    assert found.wrong == 1

    imports.leave_out_wrong_rows(found)
    tasks.check_soon(found)
    found.refresh_from_db()

    assert (found.created, found.wrong) == (1, 0)
    assert run(found).state == State.DONE
    assert Enterprise.objects.get().uscc == NEW


def test_a_headers_chosen_column_is_read():
    file = ContentFile(
        as_bytes([["代码", "name", "registered_on"], [NEW, "New", "2008-01-01"]]), name="a.csv"
    )
    found = imports.upload(by=organizer(), resource=RESOURCES["enterprises"], file=file)

    imports.choose_columns(found, {"代码": "uscc"})
    tasks.check_soon(found)

    assert Import.objects.get().created == 1


def test_a_refusal_that_shows_only_at_the_end_is_told_with_the_columns_that_were_chosen():
    organization = OrganizationFactory(kind="joint_branch", code="B1", covers=[EnterpriseFactory()])
    enterprise = EnterpriseFactory()
    rows = [["机构", "enterprise", "valid_from"], ["B1", enterprise.uscc, "2010-01-01"]]
    file = ContentFile(as_bytes(rows), name="a.csv")
    found = imports.upload(by=organizer(), resource=RESOURCES["coverage"], file=file)
    imports.choose_columns(found, {"机构": "organization"})
    tasks.check_soon(found)
    found.refresh_from_db()
    assert (found.created, found.wrong) == (1, 0)
    OrganizationKind.objects.filter(organization=organization).update(kind="branch")

    found = run(found)

    assert (found.state, found.is_stale, found.chosen) == (State.CHECKED, True, {"机构": "organization"})
    [[line, _column, message]] = kept_json(found, Part.PROBLEMS)
    assert (line, message) == (2, "a standalone organization covers one enterprise at a time")


def test_what_another_check_showed_is_not_confirmed():
    found = uploaded([HEADER, [NEW, "New", "", "2008-01-01"]], by=organizer())
    Import.objects.update(seen="of another check since")

    with pytest.raises(imports.NotNow):
        tasks.run_soon(found, seen=found.seen)


def test_a_row_is_new_changed_unchanged_or_wrong_and_never_two_of_them():
    """What is wrong shows for some rows only when they are written beside the others."""
    OrganizationFactory(code="A")
    EnterpriseFactory(uscc=OLD)
    rows = [["organization", "enterprise", "valid_from"], ["A", OLD, "2001-01-01"], ["A", OLD, "2002-01-01"]]
    found = uploaded(rows, by=organizer(), resource="coverage")
    assert (found.created, found.wrong) == (1, 1)
    assert [row["line"] for row in kept_json(found, Part.FINDINGS)["new"]] == [2]

    here = AreaFactory()
    rows = [HEADER, [NEW, "New", here.code, "2008-01-01"], [SAME, "Nowhere", "", "2008-01-01"]]
    found = uploaded(rows, by=organizer(here))
    assert (found.created, found.wrong) == (1, 1)


def test_a_preview_whose_columns_are_no_longer_the_chosen_ones_confirms_nothing():
    file = ContentFile(as_bytes([["uscc", "A", "B", "registered_on"], [NEW, "x", "y", "2008-01-01"]]))
    found = imports.upload(by=organizer(), resource=RESOURCES["enterprises"], file=file)
    seen = []
    for columns in ({"A": "name", "B": "address"}, {"A": "address", "B": "name"}):
        imports.choose_columns(found, columns)
        tasks.check_soon(found)
        found.refresh_from_db()
        seen.append(found.seen)

    with pytest.raises(imports.NotNow):
        imports.confirm(found, seen=seen[0])


def test_of_a_changed_earlier_period_its_own_values_are_told():
    first, second = (OrganizationFactory(code=code) for code in "OP")
    member = MemberFactory(member_no="M", name="x")
    for organization, start, end in ((first, 2001, 2003), (second, 2003, None)):
        MembershipFactory(
            member=member, organization=organization, valid_from=date(start, 1, 1),
            valid_to=end and date(end, 1, 1),
        )  # fmt: skip
    header = ["member_no", "name", "organization", "relation_from", "relation_to"]

    found = uploaded(
        [header, ["M", "y", "O", "2001-01-01", "2002-01-01"]], by=organizer(), resource="members"
    )

    assert kept_json(found, Part.FINDINGS)["changed"][0]["fields"] == [
        ["name", "x", "y"],
        ["relation_to", "2003-01-01", "2002-01-01"],
    ]


def test_of_new_records_is_told_what_is_written_also_what_the_file_leaves_open():
    area = AreaFactory()
    rows = [["uscc", "name", "registered_on", "legal_form"], [NEW, "New", "2008-01-01", "个体工商户"]]
    findings = kept_json(uploaded(rows, by=organizer(), area=area), Part.FINDINGS)
    assert findings["columns"] == [*rows[0], "area", "ownership"]
    assert (
        findings["new"][0]["values"] | {"area": area.code, "ownership": "individual"}
        == (findings["new"][0]["values"])
    )


def test_an_import_that_would_write_other_periods_than_it_did_when_it_was_checked_is_shown_again():
    organization = OrganizationFactory(code="A")
    EnterpriseFactory(uscc=OLD)
    rows = [["organization", "enterprise", "valid_from"], ["A", OLD, "2001-01-01"]]
    found = uploaded(rows, by=organizer(), resource="coverage")
    organization.dissolved_on = date(2009, 1, 1)
    organization.save()

    found = run(found)

    assert (found.state, found.is_stale) == (State.CHECKED, True)
    assert kept_json(found, Part.FINDINGS)["new"][0]["values"]["valid_to"] == "2009-01-01"


def test_all_wrong_rows_are_counted_and_left_out_however_many_errors_are_kept(monkeypatch):
    monkeypatch.setattr("sheets.imports.KEPT", 1)
    rows = [HEADER, ["x", "x", "", "never"], [NEW, "x", "", "never"], [OLD, "Good", "", "2008-01-01"]]
    found = uploaded(rows, by=organizer())
    assert found.wrong == 2

    imports.leave_out_wrong_rows(found)

    assert found.left_out == [2, 3]


class TestIdentityNumbersOfOtherMembers:
    """Whoever imports may learn that a number is taken, as by any form: counted, and with a trace."""

    HEADER = ["member_no", "name", "id_number"]

    @pytest.fixture
    def taken(self, settings):
        settings.LOOKUPS_PER_DAY = 2
        numbers = [identity(order=order) for order in ("001", "002", "003")]
        for number in numbers:
            MemberFactory(member_no=number[-4:], id_number=number)
        return numbers

    def rows(self, numbers):
        return [self.HEADER, *([f"N{number[-4:]}", "x", number] for number in numbers)]

    def test_each_counts_as_looked_for_and_is_in_the_access_log(self, taken):
        user = organizer()
        found = uploaded(self.rows(taken[:2]), by=user, resource="members")

        assert [problem[0] for problem in kept_json(found, Part.PROBLEMS)] == [2, 3]
        entries = AccessEntry.objects.filter(event=Event.SEARCHED, user=user)
        members = Member.objects.filter(id_number_index__in=map(index_of, taken[:2]))
        assert set(entries.values_list("subject", flat=True)) == {
            f"members.member {member.pk}" for member in members
        }
        with pytest.raises(TooManyLookups):
            count_lookup(by=user)

    def test_more_than_may_be_looked_for_are_not_told_apart_from_free_ones(self, taken):
        free = [identity(order=order) for order in ("004", "005")]
        found = uploaded(self.rows([*taken, *free]), by=organizer(), resource="members")

        (problem,) = kept_json(found, Part.PROBLEMS)
        assert problem[:2] == [1, "id_number"]
        assert "ask an administrator" in problem[2]
        findings = kept_json(found, Part.FINDINGS)
        assert (findings["new"], findings["wrong"], found.created) == ([], [1], 0)

    def test_an_honest_list_costs_nothing(self, taken):
        user = organizer()
        free = [identity(order=f"1{order:02}") for order in range(3)]
        assert uploaded(self.rows(free), by=user, resource="members").created == 3
        assert not AccessEntry.objects.filter(event=Event.SEARCHED).exists()
        count_lookup(by=user)


def test_what_the_check_leaves_in_the_access_log_belongs_to_the_request_that_asked_for_it():
    MemberFactory(id_number=identity())
    rows = [["member_no", "name", "id_number"], ["M9", "x", identity()]]
    with originating(Origin("request-of-check", "203.0.113.7")):
        uploaded(rows, by=organizer(), resource="members")

    entry = AccessEntry.objects.get(event=Event.SEARCHED)
    assert (entry.request_id, entry.client_address) == ("request-of-check", "203.0.113.7")


def test_no_more_files_wait_than_a_user_can_have_in_mind(monkeypatch):
    monkeypatch.setattr(imports, "MOST_WAITING", 1)
    user = organizer()
    rows = [HEADER, [NEW, "New", "", "2008-01-01"]]
    found = uploaded(rows, by=user)

    with pytest.raises(imports.TooManyWait):
        uploaded(rows, by=user)

    run(found)
    assert uploaded(rows, by=user).unchanged == 1
