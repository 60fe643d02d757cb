"""One search finds people, organizations and enterprises, for whom they are there to see."""

import io
import logging
import re
from datetime import date
from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from orgs.models import Kind
from record.models import AccessEntry, Event
from registry.logs import DiscreetFormatter
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, MembershipFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, OrganizationFactory
from tests.sheets.files import identity

pytestmark = pytest.mark.django_db

SEARCH = "/admin/search/"
PHONE = "13800138000"
PEOPLE, ORGANIZATIONS, ENTERPRISES = "Members", "Party organizations", "Enterprises"


def page_of(record, model_name=None):
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{model_name or opts.model_name}_change", args=[record.pk])


def groups(client, text):
    """The rows of each group that the answer to `text` shows: their addresses."""
    answer = client.post(SEARCH, {"text": text})
    assert answer.status_code == 200
    return {group.title: [row.address for row in group.rows] for group in answer.context["groups"] or ()}


def cells(client, text, title=PEOPLE):
    """What stands beside the name of the only row of a group."""
    answer = client.post(SEARCH, {"text": text})
    (row,) = next(group.rows for group in answer.context["groups"] if group.title == title)
    return dict(row.cells)


def signed_in(client, role, area=None):
    user = UserFactory(is_staff=True, area=area)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    "text", ["张小明", "小明", "zhangxiaoming", "Zhang Xiaoming", "xiaom", "zxm", "DY-7", "dy-70"]
)
def test_a_person_is_found_by_name_sound_and_member_number(admin_client, text):
    member = MemberFactory(name="张小明", member_no="DY-7001")
    MemberFactory(name="李四", member_no="XX-DY-7")
    assert groups(admin_client, text) == {PEOPLE: [page_of(member)]}


@pytest.mark.parametrize("number", [identity(), identity().lower(), PHONE, "138-0013-8000", f"+86 {PHONE}"])
def test_a_person_is_found_by_a_whole_number(admin_client, number):
    member = MemberFactory(id_number=identity(), phone=PHONE)
    MemberFactory(id_number=identity(order="002"), phone="13900139000")
    assert groups(admin_client, number) == {PEOPLE: [page_of(member)]}


@pytest.mark.parametrize(
    "part", [identity()[:17], identity()[-4:], PHONE[:10], PHONE[4:], PHONE + "0", "138%"]
)
def test_a_part_of_a_number_finds_nobody(admin_client, part):
    MemberFactory(id_number=identity(), phone=PHONE)
    EnterpriseFactory(contact_phone=PHONE)
    assert groups(admin_client, part) == {}


@pytest.mark.parametrize("text", ["梧田鞋业支部", "鞋业支部", "wutianxieye", "wtxyzb", "ZZ-3"])
def test_an_organization_is_found_by_name_sound_and_code(admin_client, text):
    organization = OrganizationFactory(name="梧田鞋业支部", code="ZZ-31")
    OrganizationFactory(name="永中支部", code="YY-31")
    assert groups(admin_client, text) == {ORGANIZATIONS: [page_of(organization)]}


def test_a_community_general_branch_leads_to_its_own_page(admin_client):
    branch = OrganizationFactory(name="梧田社区党总支", kind=Kind.COMMUNITY_GENERAL_BRANCH)
    assert groups(admin_client, "梧田社区") == {ORGANIZATIONS: [page_of(branch, "communitygeneralbranch")]}
    assert admin_client.get(page_of(branch, "communitygeneralbranch")).status_code == 200


def test_who_may_view_one_kind_of_organization_finds_that_kind_alone(client):
    area = AreaFactory()
    OrganizationFactory(name="梧田支部", area=area)
    branch = OrganizationFactory(name="梧田党总支", area=area, kind=Kind.COMMUNITY_GENERAL_BRANCH)
    user = UserFactory(is_staff=True, area=area)
    codenames = ["view_communitygeneralbranch", "see_area"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    assert groups(client, "梧田") == {ORGANIZATIONS: [page_of(branch, "communitygeneralbranch")]}


@pytest.mark.parametrize("text", ["瓯海电器", "ouhai", "ohdq", "0577-88123456", "(0577) 88123456"])
def test_an_enterprise_is_found_by_name_sound_and_the_phone_of_its_contact(admin_client, text):
    enterprise = EnterpriseFactory(name="瓯海电器有限公司", contact_phone="0577 88123456")
    EnterpriseFactory(name="瑞安鞋业")
    assert groups(admin_client, text) == {ENTERPRISES: [page_of(enterprise)]}


def test_an_enterprise_is_found_by_the_beginning_of_its_credit_code(admin_client):
    enterprise = EnterpriseFactory()
    assert groups(admin_client, enterprise.uscc.lower()) == {ENTERPRISES: [page_of(enterprise)]}
    assert page_of(enterprise) in groups(admin_client, enterprise.uscc[:8])[ENTERPRISES]
    assert ENTERPRISES not in groups(admin_client, enterprise.uscc[-8:])


def test_one_text_finds_all_three(admin_client):
    records = (
        MemberFactory(name="王欣"),
        OrganizationFactory(name="王欣支部"),
        EnterpriseFactory(name="王欣厂"),
    )
    titles = PEOPLE, ORGANIZATIONS, ENTERPRISES
    assert groups(admin_client, "王欣") == {
        title: [page_of(record)] for title, record in zip(titles, records, strict=True)
    }


def test_a_person_is_shown_with_the_stage_and_the_organization_of_today(admin_client):
    today = timezone.localdate()
    before, now = OrganizationFactory(), OrganizationFactory()
    member = MemberFactory(name="王欣", member_no="M-1", id_number=identity())
    MembershipFactory(member=member, organization=before, valid_to=today)
    MembershipFactory(member=member, organization=now, valid_from=today)
    shown = cells(admin_client, "王欣")
    assert shown == {
        "Member number": "M-1", "Identity number": str(member.id_number), "Stage": "full member",
        "Organization": now.name,
    }  # fmt: skip
    assert re.fullmatch(r"330304\*{8}\d{4}", shown["Identity number"])
    assert identity() not in admin_client.post(SEARCH, {"text": "王欣"}).content.decode()


def test_who_is_dissolved_or_closed_is_found_and_marked(admin_client):
    OrganizationFactory(name="王欣支部", dissolved_on=date(2008, 6, 30))
    EnterpriseFactory(name="王欣厂", closed_on=date(2008, 6, 30))
    assert cells(admin_client, "王欣", ORGANIZATIONS)["Dissolved on"] == "June 30, 2008"
    assert cells(admin_client, "王欣", ENTERPRISES)["Closed on"] == "June 30, 2008"


def test_exact_ones_come_first_then_those_that_begin_so_then_the_others_by_name(admin_client):
    named = ["老王明", "王明亮", "阿王明", "王明", "王明安"]
    members = {name: MemberFactory(name=name) for name in named}
    ordered = ["王明", "王明安", "王明亮", "阿王明", "老王明"]
    assert groups(admin_client, "王明") == {PEOPLE: [page_of(members[name]) for name in ordered]}


def test_at_most_20_are_shown_and_the_list_is_named_where_its_address_holds_no_name_of_a_person(admin_client):
    for number in range(20):
        MemberFactory(name=f"王欣{number}")
        OrganizationFactory(name=f"王欣&支部{number}")
        EnterpriseFactory(name=f"王欣&厂{number}")
    answer = admin_client.post(SEARCH, {"text": "王欣"})
    assert "There are more" not in answer.content.decode()
    MemberFactory(name="王欣")
    answer = admin_client.post(SEARCH, {"text": "王欣"})
    people, organizations, enterprises = answer.context["groups"]
    assert (len(people.rows), people.has_more, people.lists) == (20, True, [])
    assert "Type more of it to see them." in answer.content.decode()
    assert (organizations.has_more, enterprises.has_more) == (False, False)
    OrganizationFactory(name="王欣&支部")
    answer = admin_client.post(SEARCH, {"text": "王欣&支部"})
    (group,) = answer.context["groups"]
    addresses = [unescape(found) for found in re.findall(r'href="([^"]+\?q=[^"]+)"', answer.content.decode())]
    assert addresses == [address for _name, address in group.lists]
    assert addresses[0].startswith("/admin/orgs/organization/?q=")
    assert admin_client.get(addresses[0]).context["cl"].result_count == 21


def test_no_link_holds_a_number(admin_client):
    for number in range(21):
        EnterpriseFactory(name=f"厂{number}", contact_phone=PHONE)
    answer = admin_client.post(SEARCH, {"text": PHONE})
    (group,) = answer.context["groups"]
    assert (len(group.rows), group.has_more, group.lists) == (20, True, [])
    assert PHONE not in answer.content.decode()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ANALYST])
def test_who_may_not_view_members_learns_nothing_about_them(client, role):
    area = AreaFactory()
    signed_in(client, role, area)
    answers, statements = [], []
    for present in (False, True):
        if present:
            organization = OrganizationFactory(area=area, name="永中支部")
            MemberFactory(
                name="王欣", member_no="M-1", id_number=identity(), phone=PHONE, organization=organization
            )
            EnterpriseFactory(area=area, contact_phone=PHONE)
        for text in ("王欣", "wangxin", "M-1", identity(), PHONE):
            with CaptureQueriesContext(connection) as queries:
                answer = client.post(SEARCH, {"text": text})
            shown = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
            answers.append((present, text, shown))
            statements.append((present, text, len(queries)))
            assert PEOPLE not in [group.title for group in answer.context["groups"]]
            assert not any("members_" in query["sql"] for query in queries)
    absent = [row[1:] for row in answers if not row[0]]
    assert absent == [row[1:] for row in answers if row[0]]
    assert [row[1:] for row in statements if not row[0]] == [row[1:] for row in statements if row[0]]
    assert not AccessEntry.objects.filter(event=Event.SEARCHED).exists()


def test_an_organizer_finds_what_lies_in_the_own_area_today_and_else_nothing(client):
    own, foreign = AreaFactory(), AreaFactory()
    signed_in(client, Role.ORGANIZER, own)
    today = timezone.localdate()
    here, there = (
        OrganizationFactory(area=own, name="王欣支部"),
        OrganizationFactory(area=foreign, name="王欣支部"),
    )
    enterprise = EnterpriseFactory(area=own, name="王欣厂")
    EnterpriseFactory(area=foreign, name="王欣厂", contact_phone=PHONE)
    mine = MemberFactory(name="王欣", organization=here)
    gone = MemberFactory(name="王欣", phone=PHONE, id_number=identity())
    MembershipFactory(member=gone, organization=here, valid_to=today)
    MembershipFactory(member=gone, organization=there, valid_from=today)
    assert groups(client, "王欣") == {
        PEOPLE: [page_of(mine)], ORGANIZATIONS: [page_of(here)], ENTERPRISES: [page_of(enterprise)],
    }  # fmt: skip
    pages = []
    for number in (PHONE, "13900139000"):
        page = client.post(SEARCH, {"text": number}).content.decode()
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
    assert pages[0] == pages[1]
    assert groups(client, identity()) == {}


def test_an_organizer_without_area_and_who_has_no_role_find_nothing(client):
    MemberFactory(name="王欣")
    EnterpriseFactory(name="王欣厂")
    signed_in(client, Role.ORGANIZER)
    assert groups(client, "王欣") == {}
    client.force_login(UserFactory(is_staff=True))
    answer = client.post(SEARCH, {"text": "王欣"})
    assert answer.context["groups"] is None
    assert "There is nothing here that you may see." in answer.content.decode()


def test_who_is_not_staff_is_asked_to_sign_in(client):
    for user in (None, UserFactory()):
        if user is not None:
            client.force_login(user)
        for answer in (client.get(SEARCH), client.post(SEARCH, {"text": "王欣"})):
            assert (answer.status_code, answer.url) == (302, f"/admin/login/?next={SEARCH}")


def test_the_empty_page_says_what_can_be_searched(admin_client, client):
    page = admin_client.get(SEARCH).content.decode()
    assert "the whole identity number or phone" in page
    assert "You see nothing" not in page
    signed_in(client, Role.ANALYST, AreaFactory())
    page = client.get(SEARCH).content.decode()
    assert "beginning of the credit code" in page
    assert "member number" not in page
    assert "whole" not in page


def test_what_an_address_says_is_not_looked_for(admin_client):
    MemberFactory(name="王欣")
    answer = admin_client.get(SEARCH, {"text": "王欣"})
    assert answer.context["groups"] is None
    assert "王欣" not in answer.content.decode()


def test_nothing_found_is_said_with_what_can_be_searched(admin_client):
    MemberFactory()
    page = admin_client.post(SEARCH, {"text": "不存在"}).content.decode()
    assert "You see nothing that fits." in page
    assert "What can be searched:" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Type what you look for."), ("   ", "Type what you look for."), ("王", "Type at least two characters."),
        ("%", "Type at least two characters."), ("王" * 500, "Type no more than 100 characters."),
        ("王\0欣", "Null characters are not allowed."),
    ],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_told(admin_client, text, said):
    MemberFactory(name="王欣")
    answer = admin_client.post(SEARCH, {"text": text})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert answer.context["groups"] is None


@pytest.mark.parametrize(
    "text",
    [
        "%%", "__", "王_", "王%", "\\%", "\\\\", "''", "--", "’ ’", "' OR 1=1 --", "x'; DROP TABLE members_member;--",
        "\uffff\ufffe", "a\u0301\u202e",
    ],
)  # fmt: skip
def test_wildcards_and_statements_are_looked_for_as_they_stand(admin_client, text):
    MemberFactory(name="王欣")
    EnterpriseFactory(name="厂")
    assert groups(admin_client, text) == {}


def test_a_wildcard_in_a_name_is_found_by_itself(admin_client):
    EnterpriseFactory(name="百分之百厂")
    enterprise = EnterpriseFactory(name="100%_厂\\")
    for text in ("0%", "%_", "厂\\"):
        assert groups(admin_client, text) == {ENTERPRISES: [page_of(enterprise)]}


def test_a_script_in_a_name_or_in_the_field_is_a_text(admin_client):
    script = '"><script>alert(1)</script>'
    EnterpriseFactory(name=script)
    page = admin_client.post(SEARCH, {"text": script}).content.decode()
    assert script not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_request_without_its_token_is_refused(admin_user, client):
    guarded = client.__class__(enforce_csrf_checks=True)
    guarded.force_login(admin_user)
    assert guarded.post(SEARCH, {"text": "王欣"}).status_code == 403


def test_the_access_log_tells_who_looked_for_a_number_and_not_for_which(admin_client, admin_user):
    member = MemberFactory(name="王欣", id_number=identity(), phone=PHONE)
    admin_client.post(SEARCH, {"text": "王欣"})
    assert not AccessEntry.objects.filter(event=Event.SEARCHED).exists()
    admin_client.post(SEARCH, {"text": PHONE})
    entries = AccessEntry.objects.filter(event=Event.SEARCHED)
    assert {(entry.user, entry.subject, entry.detail) for entry in entries} == {
        (admin_user, f"members.member {member.pk}", "id_number, phone"),
        (admin_user, "orgs.enterprise", "contact_phone"),
    }
    assert not any(PHONE in repr(vars(entry)) for entry in entries)


def test_numbers_are_looked_for_so_often_a_day_by_each_user_and_on_the_lists_too(client, settings):
    settings.LOOKUPS_PER_DAY = 2
    area = AreaFactory()
    member = MemberFactory(phone=PHONE, name="王欣", organization=OrganizationFactory(area=area))
    signed_in(client, Role.ORGANIZER, area)
    assert groups(client, "13900139000") == {}
    assert client.post("/admin/members/member/find/", {"number": PHONE}).url == page_of(member)
    answer = client.post(SEARCH, {"text": PHONE})
    assert answer.context["groups"] == []
    assert "You have looked for 2 numbers within a day" in answer.content.decode()
    refused = client.post("/admin/members/member/find/", {"number": PHONE}, follow=True)
    assert "You have looked for 2 numbers within a day" in refused.content.decode()
    assert refused.request["PATH_INFO"] == "/admin/members/member/"
    assert AccessEntry.objects.filter(event=Event.SEARCHED).count() == 3
    assert groups(client, "王欣") == {PEOPLE: [page_of(member)]}
    signed_in(client, Role.ORGANIZER, area)
    assert groups(client, PHONE) == {PEOPLE: [page_of(member)]}


def test_a_reviewer_is_not_counted_for_a_number_that_is_not_looked_for(client, settings):
    settings.LOOKUPS_PER_DAY = 0
    signed_in(client, Role.REVIEWER, AreaFactory())
    assert "within a day" not in client.post(SEARCH, {"text": PHONE}).content.decode()


def test_what_is_typed_is_in_no_log_and_in_no_address(admin_client):
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(DiscreetFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    try:
        for typed in ("欧阳乐清", identity(), PHONE, "欧" * 500, "欧\0阳"):
            answer = admin_client.post(SEARCH, {"text": typed})
            links = re.findall(r'(?:href|action|src)="([^"]+)"', answer.content.decode())
            assert not any(typed in link for link in links)
        admin_client.put(SEARCH, "text=欧阳乐清")
    finally:
        logging.getLogger().removeHandler(handler)
    assert "Method Not Allowed (PUT)" in text.getvalue()
    assert not any(typed in text.getvalue() for typed in ("欧", identity(), PHONE))


@pytest.mark.parametrize("text", ["王欣", PHONE])
def test_a_search_costs_the_same_however_much_it_finds(admin_client, text):
    def cost():
        MemberFactory(name="王欣", phone=PHONE, organization=OrganizationFactory(name="王欣支部"))
        EnterpriseFactory(name="王欣厂", contact_phone=PHONE)
        with CaptureQueriesContext(connection) as queries:
            rows = groups(admin_client, text)
        return len(rows[PEOPLE]), len(rows[ENTERPRISES]), len(queries)

    one, _two, three = cost(), cost(), cost()
    assert (one[:2], three[:2]) == ((1, 1), (3, 3))
    assert one[2] == three[2]
    assert one[2] <= 16


def test_the_field_stands_on_the_pages_of_the_admin_and_not_where_one_signs_in(admin_client, client):
    member = MemberFactory()
    for address in (
        "/admin/", "/admin/members/", "/admin/members/member/", page_of(member), f"{page_of(member)[:-7]}history/",
        "/admin/password_change/", "/account/second-factor/",
    ):  # fmt: skip
        page = admin_client.get(address).content.decode()
        assert page.count(f'action="{SEARCH}"') == 1, address
    assert admin_client.get(SEARCH).content.decode().count(f'action="{SEARCH}"') == 1
    assert SEARCH not in client.__class__().get("/admin/login/").content.decode()
    assert SEARCH not in admin_client.get("/admin/members/member/?_popup=1").content.decode()
