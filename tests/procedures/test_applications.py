"""Applications in the hands of those who review: what is offered to whom in which state, and the founding."""

from datetime import date, timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from django.db import IntegrityError
from django.utils import timezone
from rest_framework.test import APIClient

from applications.models import Application, ApplicationEvent, Formation, State
from applications.transitions import TRANSITIONS, Move
from members.models import Membership, Post, PostRole
from orgs.models import Coverage, Initiative, Kind, Organization
from stats.figures import Scale, coverage_figures
from tests.factories.accounts import UserFactory
from tests.factories.api import token_client
from tests.factories.applications import application_in
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.factories.procedures import page_of, perform, preview
from tests.factories.rows import all_rows

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 20)
LETTER = {"reasons": ["file_missing"], "note": "请补充", "staff_note": ""}
PROCEDURES = {
    "take-up": (Move.TAKE_UP, {}),
    "assign": (Move.ASSIGN, {"to": "colleague", "staff_note": ""}),
    "hand-back": (Move.HAND_BACK, {"staff_note": ""}),
    "return": (Move.RETURN, LETTER),
    "reject": (Move.REJECT, LETTER | {"on": "2026-03-20"}),
    "approve": (Move.APPROVE, {"on": "2026-03-20", "note": "", "staff_note": ""}),
    "file": (Move.FILE, {"on": "2026-03-20", "staff_note": ""}),
    "reopen": (Move.REOPEN, {"note": "", "staff_note": ""}),
    "found": (Move.FOUND, {"on": "2026-03-20", "code": "NEW1", "name": "新支部", "kind": "branch"}),
}
STATES = [state for state in State if state != State.DRAFT]
WHO = ("administrator", "organizer", "reviewer", "analyst", "organizer elsewhere", "nobody")


@pytest.fixture
def places():
    return SimpleNamespace(own=AreaFactory(code="330304001"), other=AreaFactory(code="330304002"))


def user_called(who, places):
    if who == "nobody":
        return None
    role, _, elsewhere = who.partition(" ")
    area = places.other if elsewhere else places.own
    return UserFactory(is_staff=True, role=role, area=None if role == "administrator" else area)


def application_of(places, state, **said):
    said = {"area": places.own, "enterprise": EnterpriseFactory(area=places.own)} | said
    return application_in(state, by=UserFactory(role="administrator"), **said)


def may(who, name):
    """Whether `who` may do the procedure `name` in two steps, in some state."""
    holders = {"file": ("administrator",), "found": ("administrator", "organizer")}
    return who in holders.get(name, ("administrator", "organizer", "reviewer"))


def lacks_the_permission(who, name):
    return who == "analyst" or (who == "reviewer" and name == "found")


# Who does what, and when


@pytest.mark.sqlite  # who may do what depends on no database
@pytest.mark.parametrize("name", PROCEDURES)
def test_each_procedure_is_offered_by_role_and_state_and_refused_else(client, settings, places, name):
    """Every role and state through the page and the API; what is not offered changes nothing, whatever is sent."""
    move, said = PROCEDURES[name]
    colleague = UserFactory(is_staff=True, role="reviewer", area=places.own)
    typed = said | {"assign": {"to": colleague.pk}, "found": {"area": places.own.pk}}.get(name, {})
    body = said | {"assign": {"to": colleague.username}, "found": {"area": places.own.code}}.get(name, {})
    records = {state: application_of(places, state) for state in STATES}
    users = {who: user_called(who, places) for who in WHO}
    settings.TWO_STEP_APPROVAL = name == "file"
    for (who, user), state in product(users.items(), STATES):
        offered = may(who, name) and state in TRANSITIONS[move].sources
        record = application_of(places, state) if offered else records[state]
        client.logout() if user is None else client.force_login(user)
        api = APIClient() if user is None else token_client(user)
        address = f"/api/v1/applications/{record.reference}/"
        tag = api.get(address).headers.get("ETag", '"1-0123456789abcdef"')
        before = all_rows()
        told = api.post(
            f"{address}{name}/", body | {"preview": True}, format="json", headers={"If-Match": tag}
        )
        shown = client.get(page_of(record, name))
        if offered:
            assert (told.status_code, shown.status_code) == (200, 200), (who, state, told.content)
            assert all_rows() == before
            assert perform(client, record, name, **typed).status_code == 302, (who, state)
            record.refresh_from_db()
            assert record.state == TRANSITIONS[move].target
            assert record.events.get(number=record.moves).by == user
            if name == "found":
                Organization.objects.filter(code="NEW1").update(code=f"NEW{record.pk}", name=f"新{record.pk}")
            continue
        sent = client.post(page_of(record, name), typed | {"confirm": "0" * 32, "changes": "1"})
        statuses = told.status_code, shown.status_code, sent.status_code
        if who == "nobody":
            assert statuses == (401, 302, 302)
            assert "/login/" in shown.url
        elif lacks_the_permission(who, name):
            assert statuses == (403, 403, 403), (who, state)
        elif who == "organizer elsewhere":
            assert statuses == (404, 404, 404), state
        else:
            assert statuses[0] == 400, (who, state)
            assert (shown.status_code, shown.url) == (302, page_of(record, "change"))
            assert sent.status_code in (200, 302)
        assert all_rows() == before, (who, state)


def test_a_draft_is_nobodys_but_the_applicants(client, places):
    draft = application_of(places, State.DRAFT)
    client.force_login(user_called("administrator", places))
    for name in ("change", "history", *PROCEDURES):
        assert client.get(page_of(draft, name)).status_code == 404, name


def test_where_one_step_is_enough_nobody_files(client, places):
    client.force_login(user_called("administrator", places))
    record = application_of(places, State.APPROVED)
    assert client.get(page_of(record, "file")).status_code == 302


def test_in_two_steps_the_district_files_before_the_organization_is_founded(client, settings, places):
    settings.TWO_STEP_APPROVAL = True
    record = application_of(places, State.APPROVED)
    subdistrict = user_called("organizer", places)
    district = UserFactory(is_staff=True, role="organizer", area=AreaFactory(code="330304"))
    client.force_login(subdistrict)
    assert client.get(page_of(record, "file")).status_code == 302
    assert client.get(page_of(record, "found")).status_code == 302
    client.force_login(district)
    assert perform(client, record, "file", on="2026-03-21").status_code == 302
    record.refresh_from_db()
    assert record.filed_on == date(2026, 3, 21)
    assert client.get(page_of(record, "file")).status_code == 302
    client.force_login(subdistrict)
    assert client.get(page_of(record, "found")).status_code == 200


# What each of them does


@pytest.mark.parametrize(
    ("name", "state", "first"),
    [
        ("reject", State.IN_REVIEW, date(2026, 3, 2)),
        ("approve", State.IN_REVIEW, date(2026, 3, 2)),
        ("file", State.APPROVED, date(2026, 3, 5)),
        ("found", State.APPROVED, date(2026, 3, 5)),
    ],
)
def test_each_step_is_on_a_day_between_the_one_before_and_today(client, settings, places, name, state, first):
    settings.TWO_STEP_APPROVAL = name == "file"
    client.force_login(user_called("administrator", places))
    record = application_of(places, state)
    if state == State.APPROVED:
        Application.objects.filter(pk=record.pk).update(decided_on=first)
    said = PROCEDURES[name][1]
    for day in (first - timedelta(days=1), timezone.localdate() + timedelta(days=1)):
        answer = perform(client, record, name, **said | {"on": str(day)})
        assert list(answer.context["form"].errors) == ["on"], day
    assert perform(client, record, name, **said | {"on": str(first)}).status_code == 302


@pytest.mark.parametrize("wrong", [{"decided_on": date(2026, 3, 1)}, {"filed_on": date(2026, 3, 1)}])
def test_the_database_keeps_the_days_in_their_order(places, wrong):
    record = application_of(places, State.APPROVED)
    with pytest.raises(IntegrityError):
        Application.objects.filter(pk=record.pk).update(**wrong)


def test_two_who_take_up_at_once_one_is_told_of_the_other(client, places):
    record = application_of(places, State.SUBMITTED)
    first, second = user_called("reviewer", places), user_called("organizer", places)
    client.force_login(second)
    seen = preview(client, record, "take-up")
    sent = {"changes": seen.context["changes"], "confirm": seen.context["outcome"].digest}
    client.force_login(first)
    assert perform(client, record, "take-up").status_code == 302
    client.force_login(second)
    answer = client.post(page_of(record, "take-up"), sent)
    assert answer.status_code == 200
    assert first.username in answer.content.decode()
    record.refresh_from_db()
    assert record.assigned_to == first


def test_it_is_assigned_to_who_may_review_it_and_to_nobody_else(client, places):
    record = application_of(places, State.IN_REVIEW)
    fitting = [user_called(who, places) for who in ("organizer", "reviewer")]
    fitting.append(UserFactory(is_staff=True, role="reviewer", area=AreaFactory(code="330304")))
    for who in ("analyst", "organizer elsewhere"):
        user_called(who, places)
    UserFactory(is_staff=True, role="reviewer", area=places.own, is_active=False)
    UserFactory(is_staff=True, role="reviewer", area=AreaFactory(code="330304001001"))
    UserFactory(is_staff=True, role="reviewer")
    client.force_login(fitting[0])
    form = client.get(page_of(record, "assign")).context["form"]
    administrators = {event.by for event in ApplicationEvent.objects.exclude(by=None)}
    assert set(form.fields["to"].queryset) == {*fitting, *administrators}
    assert perform(client, record, "assign", to=fitting[1].pk, staff_note="请接手").status_code == 302
    record.refresh_from_db()
    assert record.assigned_to == fitting[1]
    assert record.events.get(number=record.moves).staff_note == "请接手"


def test_a_note_begins_empty_and_goes_as_it_is_written(client, places):
    """Nothing is written beforehand that names the contact, or could pass for a reason."""
    client.force_login(user_called("reviewer", places))
    record = application_of(places, State.IN_REVIEW, language="en", contact_name="Wang")
    for name in ("return", "reject"):
        form = client.get(page_of(record, name)).context["form"]
        assert not form.initial.get("note")
        assert "Wang" not in str(form)
    letter = "经理：\r\n请补充名单。"
    reasons = ["members_incomplete", "other"]
    answer = perform(client, record, "return", reasons=reasons, note=letter, staff_note="已电话")
    assert answer.status_code == 302
    event = record.events.get(move=Move.RETURN)
    assert (event.note, event.staff_note) == (letter.replace("\r\n", "\n"), "已电话")
    assert event.reasons == "members_incomplete,other"


@pytest.mark.parametrize("name", ["return", "reject"])
@pytest.mark.parametrize("missing", ["reasons", "note"])
def test_who_returns_or_rejects_says_why(client, places, name, missing):
    client.force_login(user_called("reviewer", places))
    record = application_of(places, State.IN_REVIEW)
    said = PROCEDURES[name][1] | {missing: [] if missing == "reasons" else ""}
    answer = perform(client, record, name, **said)
    assert list(answer.context["form"].errors) == [missing]
    api = token_client(user_called("reviewer", places))
    address = f"/api/v1/applications/{record.reference}/"
    headers = {"If-Match": api.get(address).headers["ETag"]}
    answer = api.post(f"{address}{name}/", said, format="json", headers=headers)
    assert (answer.status_code, list(answer.json())) == (400, [missing])


def test_a_preview_of_an_approval_takes_no_number_and_tells_what_is_unusual(client, places):
    client.force_login(user_called("organizer", places))
    record = application_of(places, State.IN_REVIEW)
    for _time in range(2):
        shown = preview(client, record, "approve", on="2026-03-20")
        (rows,) = [part for part in shown.context["outcome"].rows if part.table == "applications_application"]
        changed = {field.name: field.new for field in rows.shown[0].fields}
        assert changed["approval_number"] == "组〔2026〕1号"
        assert rows.shown[0].name == f"{record.reference} {record.enterprise_name}"
    assert any("register knows 0 full members" in text for text in shown.context["outcome"].warnings)
    assert perform(client, record, "approve", on="2026-03-20").status_code == 302
    record.refresh_from_db()
    assert record.approval_number == "组〔2026〕1号"


# Founding


@pytest.fixture
def ready(places):
    """An approved application for a joint branch, of whose people and neighbour the register knows."""
    community = AreaFactory(code="330304001001")
    enterprise = EnterpriseFactory(area=community, above_scale_from=date(2020, 1, 1))
    neighbour = EnterpriseFactory(area=community, above_scale_from=date(2020, 1, 1))
    branch = OrganizationFactory(
        area=places.own, kind=Kind.COMMUNITY_GENERAL_BRANCH, covers=[enterprise, neighbour]
    )
    record = application_of(
        places, State.APPROVED, area=community, enterprise=enterprise, formation=Formation.JOINT,
        organization_name="新联合支部",
    )  # fmt: skip
    record.neighbours.update(uscc=neighbour.uscc)
    known = MemberFactory(name="申请人1", employer=enterprise, organization=branch)
    newcomer = MemberFactory(name="申请人2", employer=enterprise)
    MemberFactory(name="另一人", employer=enterprise, organization=branch)
    return SimpleNamespace(
        record=record, enterprise=enterprise, neighbour=neighbour, branch=branch, members=[known, newcomer],
        said={"on": "2026-03-20", "code": "NEW1"},
    )  # fmt: skip


def test_the_page_of_the_founding_is_filled_in_by_application_and_register(client, places, ready):
    client.force_login(user_called("organizer", places))
    initial = client.get(page_of(ready.record, "found")).context["form"].initial
    assert (initial["name"], initial["kind"], initial["area"]) == (
        "新联合支部", Kind.JOINT_BRANCH, ready.record.area,
    )  # fmt: skip
    assert initial["incubated_by"] == ready.branch
    assert initial["neighbours"] == [ready.neighbour]
    assert set(initial["members"]) == set(ready.members)
    assert initial["secretary"] == ready.members[0]


def test_the_founding_makes_all_of_it_and_the_figures_move(client, places, ready):
    organizer = user_called("organizer", places)
    client.force_login(organizer)
    before = coverage_figures(ON, places.own, Scale.ALL)

    shown = preview(client, ready.record, "found", **ready.said)
    day = next(day for day in shown.context["outcome"].figures if day.day == ON)
    moved = {one.code: (one.before, one.after) for one in day.moved}
    assert moved["organizations.by_kind.joint_branch"] == (0, 1)
    assert moved["enterprises.all.joint"] == (0, 2)
    assert not Organization.objects.filter(code="NEW1").exists()
    answer = perform(client, ready.record, "found", **ready.said)

    assert answer.status_code == 302, answer.context["form"].errors
    new = Organization.objects.get(code="NEW1")
    assert (new.name, new.established_on, new.initiated_by) == ("新联合支部", ON, Initiative.ENTERPRISE)
    assert (new.incubated_by, new.approval_number) == (ready.branch, ready.record.approval_number)
    assert set(Coverage.objects.on(ON).filter(organization=new).values_list("enterprise", flat=True)) == {
        ready.enterprise.pk, ready.neighbour.pk,
    }  # fmt: skip
    assert not Coverage.objects.on(ON).filter(organization=ready.branch).exists()
    relations = Membership.objects.on(ON).filter(organization=new)
    assert set(relations.values_list("member", flat=True)) == {member.pk for member in ready.members}
    post = Post.objects.get(organization=new)
    assert (post.member, post.role) == (ready.members[0], PostRole.SECRETARY)
    ready.record.refresh_from_db()
    assert (ready.record.state, ready.record.organization) == (State.FOUNDED, new)
    after = coverage_figures(ON, places.own, Scale.ALL)
    assert after.organizations.joint == before.organizations.joint + 1
    assert after.organizations.initiated_by_enterprise == before.organizations.initiated_by_enterprise + 1
    page = client.get(page_of(ready.record, "change")).content.decode()
    assert new.name in page


@pytest.mark.parametrize("reason", ["name", "covered", "secretary", "code"])
def test_the_founding_is_refused_whole_where_something_no_longer_fits(client, places, ready, reason):
    client.force_login(user_called("organizer", places))
    shown = preview(client, ready.record, "found", **ready.said)
    sent = ready.said
    place = None
    match reason:
        case "name":
            OrganizationFactory(name="新联合支部", area=places.other)
            place = "name"
        case "covered":
            OrganizationFactory(covers=[ready.enterprise], area=places.own)
        case "secretary":
            outsider = MemberFactory(organization=OrganizationFactory(area=places.own))
            sent, place = ready.said | {"secretary": outsider.pk}, "secretary"
        case "code":
            OrganizationFactory(code="NEW1")
            place = "code"
    assert shown.context["outcome"] is not None
    before = all_rows()
    answer = perform(client, ready.record, "found", **sent)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [place or "__all__"]
    assert all_rows() == before
    assert Application.objects.get(pk=ready.record.pk).state == State.APPROVED


def test_what_the_register_does_not_have_is_not_founded(client, places):
    record = application_of(
        places, State.APPROVED, enterprise=None, uscc="91330399000000999X", enterprise_name="新厂"
    )
    client.force_login(user_called("organizer", places))
    answer = perform(client, record, "found", on="2026-03-20", code="NEW1", kind="branch")
    assert "not in the register" in str(answer.context["form"].non_field_errors())


def test_an_enterprise_of_another_area_is_not_founded_for(client, places):
    """It named the organizer's area, and lies in another."""
    record = application_of(places, State.APPROVED, enterprise=EnterpriseFactory(area=places.other))
    said = {"on": "2026-03-20", "code": "NEW1", "kind": "branch"}
    client.force_login(user_called("organizer", places))
    answer = perform(client, record, "found", **said)
    assert "outside your area" in str(answer.context["form"].non_field_errors())
    assert not Organization.objects.filter(code="NEW1").exists()
    client.force_login(user_called("administrator", places))
    assert perform(client, record, "found", **said).status_code == 302


def test_too_few_full_members_are_founded_with_a_warning(client, places):
    record = application_of(places, State.APPROVED)
    client.force_login(user_called("organizer", places))
    said = {"on": "2026-03-20", "code": "NEW1", "kind": "branch"}
    warned = preview(client, record, "found", **said).context["outcome"].warnings
    assert any("0 full members only" in text for text in warned)


def test_the_founding_by_api_refers_by_keys(places, ready):
    api = token_client(user_called("organizer", places))
    address = f"/api/v1/applications/{ready.record.reference}/"
    body = ready.said | {
        "name": "新联合支部", "kind": "joint_branch", "area": "330304001001", "incubated_by": ready.branch.code,
        "neighbours": [ready.neighbour.uscc], "members": [member.member_no for member in ready.members],
        "secretary": ready.members[0].member_no,
    }  # fmt: skip
    headers = {"If-Match": api.get(address).headers["ETag"]}
    answer = api.post(f"{address}found/", body, format="json", headers=headers)
    assert answer.status_code == 200, answer.content
    detail = api.get(address).json()
    assert (detail["state"], detail["organization"]) == ("founded", "NEW1")
    assert answer.headers["ETag"] == api.get(address).headers["ETag"]
