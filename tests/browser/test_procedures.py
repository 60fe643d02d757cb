"""The pages of all procedures in a browser, empty and with what they would do; and one done by keyboard alone."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.utils import timezone

from applications.models import Application
from members.models import Member, PostRole, StandingKind, Transfer
from members.models.member import EndReason
from orgs.models import Area, CommunityGeneralBranch, Enterprise, Kind, Policy, PolicyNumber
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory, PostFactory, StandingFactory, TransferFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory, InstructorFactory, OrganizationFactory
from tests.factories.procedures import page_of

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

TEXTS = {
    "document": "温组〔2026〕5号", "approval_number": "温组〔2026〕6号", "code": "ZZ99999",
    "name": "瓯海锁业有限公司党支部", "place": "上海市", "duty": "组织",
    "phone": "057788123456", "days_per_month": "4", "letter_number": "2026-0009", "receipt": "2026-15",
    "origin_elsewhere": "杭州市西湖区某公司党支部",
}  # fmt: skip
FILL = """(said) => {
  const form = document.getElementById("procedure_form");
  for (const [name, values] of Object.entries(said)) form.querySelectorAll(`[name="${name}"]`).forEach((field) => {
    const options = [...(field.options || [])];
    if (field.type === "checkbox") field.checked = values.includes(field.value);
    else if (field.tagName !== "SELECT") field.value = values[0] || "";
    else if (values[0] === "first") options.find((option) => option.value).selected = true;
    else values.forEach((value) => {
      const known = options.find((option) => option.value === value);
      (known || field.appendChild(new Option("", value))).selected = true;
    });
  });
}"""


class Register:
    """An organization, an enterprise, a member, a transfer for every procedure, and what its page is told."""

    def __init__(self):
        if not PolicyNumber.objects.exists():  # the rows of the migration are gone after a transactional test
            for policy, value in ((Policy.TRANSFER_LETTER_MONTHS, 3), (Policy.PROBATION_YEARS, 1)):
                PolicyNumber.objects.create(
                    policy=policy, value=value, source="2004", valid_from=date(2004, 6, 1)
                )
        self.area = AreaFactory(code="330304001", name="梧田街道")
        self.other_area = AreaFactory(code="330304002", name="娄桥街道")
        Area.objects.rebuild_tree()
        self.enterprises = EnterpriseFactory.create_batch(6, area=self.area)
        first, second, third, fourth, fifth, self.free = self.enterprises
        InstructorFactory(enterprise=first)
        self.own = OrganizationFactory(area=self.area, covers=[first])
        self.other = OrganizationFactory(area=self.area, covers=[second])
        self.joint = OrganizationFactory(area=self.area, kind=Kind.JOINT_BRANCH, covers=[third, fourth])
        self.community, self.other_community = OrganizationFactory.create_batch(
            2, area=self.area, kind=Kind.COMMUNITY_GENERAL_BRANCH
        )
        self.community.coverage.create(enterprise=fifth, valid_from=date(2001, 1, 1))
        for organization in (self.own, self.joint, self.community):
            members = MemberFactory.create_batch(5, organization=organization)
            PostFactory(organization=organization, member=members[0], role=PostRole.DEPUTY)
        self.member, *self.vouchers = Member.objects.filter(memberships__organization=self.own)[:3]
        self.left = OrganizationFactory(area=self.area)
        self.transfer = TransferFactory(origin=self.left, destination=self.other)
        self.issued = TransferFactory(
            origin=self.left, destination=self.other, letter_number="2008-0001", letter_on=date(2008, 6, 2),
            letter_valid_until=date(2008, 9, 2),
        )  # fmt: skip

    def record(self, model, name):
        """The record of `model` on whose page the procedure `name` is tried."""
        if model is Member:
            return self._member(name)
        if model is Enterprise:
            return self.enterprises[0]
        if model is CommunityGeneralBranch:
            return CommunityGeneralBranch.objects.get(pk=self.community.pk)
        if model is Transfer:
            return self.transfer if name == "issue-letter" else self.issued
        return self.joint if name in {"stand-alone", "split", "merge"} else self.own

    def _member(self, name):
        today, lost = timezone.localdate(), StandingKind.LOST_CONTACT
        standings = {"stop": lost, "contact-found": lost, "come-back": StandingKind.AWAY}
        early, late = today - timedelta(days=800), today - timedelta(days=400)
        days = {
            "apply": {}, "talk": {"applied_on": early}, "activist": {"applied_on": early},
            "candidate": {"applied_on": early, "activist_on": early}, "admit": {"candidate_on": late},
            "approve": {"probationary_on": today}, "extend-probation": {"probationary_on": late},
            "confirm": {"probationary_on": late}, "end-probation": {"probationary_on": late},
        }.get(name, {"full_on": early})  # fmt: skip
        if name == "restore":
            days |= {"ended_on": late, "ended_reason": EndReason.REMOVED}
        organization = None if name in {"transfer-in", "restore"} else self.left
        member = MemberFactory(**{"full_on": None, "organization": organization} | days)
        if name in standings:
            StandingFactory(member=member, kind=standings[name], valid_from=late)
        return member

    def said(self, model, procedure):
        """What is entered on its page: {input: values}."""
        name = procedure.name
        into = self.other_community if model is CommunityGeneralBranch else self.own
        today = timezone.localdate()
        chosen = {
            "into": [self.free if model is Enterprise else into], "to": [self.other],
            "organization": [self.own], "superior": [self.other_community], "enterprise": [self.free],
            "enterprises": [self.free] if name == "incubate" else self.enterprises[3:5],
            "area": [self.other_area], "members_to": [self.other],
            "first_voucher": self.vouchers[:1], "second_voucher": self.vouchers[1:],
        }  # fmt: skip
        values = {key: [text] for key, text in TEXTS.items()}
        values |= {key: [str(row.pk) for row in rows] for key, rows in chosen.items()}
        values |= {
            "destination": [self.other.code], "letter_on": [str(today)], "until": [str(today + timedelta(days=150))],
            "kind": ["joint_branch" if name in {"change-kind", "merge"} else "branch"], "role": ["commissioner"],
            "reason": ["removed"], "dissolve_organizations": ["on"],
        }  # fmt: skip
        if model is Enterprise and name == "move":
            values["area"] = [self.other_area.code]
        any_row = {
            key
            for key, asked in procedure.inputs.items()
            if key == "instructor" or (getattr(asked, "among", None) and asked.required)
        }
        values |= {key: ["first"] for key in any_row}
        return {key: values.get(key, []) for key in procedure.inputs if key != "on"}


@pytest.fixture
def organizer():
    return UserFactory(username="organizer", is_staff=True, is_superuser=True)


def both_sizes(page, axe_at=None, within=None):
    """What is wrong with the page that is shown, narrow and broad."""
    wrong = []
    for width in (NARROW, BROAD):
        page.set_viewport_size({"width": width, "height": 900})
        try:
            assert_fits(page)
            if width == axe_at:
                assert_accessible(page, within)
        except AssertionError as error:
            wrong.append(f"{width}: {error}")
    return wrong


# In one test: the browser keeps the scripts, and the register is made once. Each page is seen in both languages;
# axe reads one for each set of kinds of inputs, as it asks and as it shows what would be done.
def test_the_pages_of_every_procedure(open_page, organizer):
    register = Register()
    asking = open_page("/admin/", user=organizer)
    showing = open_page("/admin/", language="zh-hans", scheme="dark", user=organizer)
    wrong, known = [], set()
    for model, model_admin in admin.site._registry.items():
        if model is Application:  # tests/browser/test_review.py
            continue
        for procedure in getattr(model_admin, "procedures", ()):
            address = page_of(register.record(model, procedure.name), procedure.name)
            asking.goto(address)
            assert asking.url.endswith(address), f"{address} is not offered"
            kinds = frozenset(type(asked) for asked in procedure.inputs.values())
            is_known = kinds in known
            known.add(kinds)
            wrong += both_sizes(asking, None if is_known else BROAD, "#content")
            showing.goto(address)
            showing.evaluate(FILL, register.said(model, procedure))
            showing.locator("#procedure_form [type=submit]").last.click()
            showing.locator(".outcome:focus, .errornote").first.wait_for()
            if not showing.locator(".outcome:focus").count():
                wrong.append(f"{address}: " + " ".join(showing.locator(".errorlist").all_inner_texts()))
            wrong += both_sizes(showing, None if is_known else NARROW, "#content")

    assert not wrong, "\n".join(wrong)


def test_records_lives_and_refusals(open_page, organizer):
    register = Register()
    pages = {
        NARROW: open_page("/admin/", language="zh-hans", user=organizer),
        BROAD: open_page("/admin/", scheme="dark", user=organizer),
    }
    wrong = []
    for record in (
        register.member, register.joint, register.enterprises[0],
        CommunityGeneralBranch.objects.get(pk=register.community.pk),
    ):  # fmt: skip
        for axe_at, page in pages.items():
            for name in ("change", "life"):
                page.goto(page_of(record, name))
                wrong += both_sizes(page, axe_at)
    for axe_at, page in pages.items():
        page.goto(page_of(register.own, "hold-election"))
        page.locator("#procedure_form [type=submit]").last.click()
        page.locator(".errornote:focus").wait_for()
        wrong += both_sizes(page, axe_at)

    assert not wrong, "\n".join(wrong)


def test_procedures_stand_apart_from_the_ways_to_other_pages(open_page, organizer):
    register = Register()
    page = open_page(page_of(register.joint, "change"), user=organizer)

    procedures = page.get_by_role("navigation", name="Procedures").get_by_role("link")
    others = page.locator(".object-tools a")
    assert {"Hold election…", "Merge…", "Dissolve…"} <= set(procedures.all_inner_texts())
    assert all(label.endswith("…") for label in procedures.all_inner_texts())
    assert others.all_inner_texts() == ["Time line", "Members", "History"]
    for width in (NARROW, BROAD):
        page.set_viewport_size({"width": width, "height": 900})
        heading = page.locator("#content > h2").bounding_box()
        for link in procedures.all():
            assert link.bounding_box()["y"] >= heading["y"] + heading["height"]


def test_a_transfer_is_done_by_the_keyboard_alone(open_page, organizer):
    register = Register()
    member = register.member
    page = open_page(page_of(member, "change"), user=organizer)
    pressed = page.keyboard.press

    def go_to(name, role="link"):
        """Tab until what is called `name` has the focus."""
        wanted = page.get_by_role(role, name=name, exact=True)
        for _ in range(150):
            if wanted.count() and wanted.first.evaluate("field => field === document.activeElement"):
                return
            pressed("Tab")
        pytest.fail(f"{name} is not reached")

    go_to("Transfer…")
    pressed("Enter")
    page.wait_for_url("**/transfer/")
    go_to("To organization:", "textbox")
    page.keyboard.type(register.other.code)
    pressed("Enter")
    confirm(page, go_to, "Confirm: Transfer")
    transfer = Transfer.objects.get(member=member)
    page.goto(page_of(transfer, "change"))
    for label, said in (("Issue the letter", "issue-letter"), ("Receive", "receive")):
        go_to(f"{label}…")
        pressed("Enter")
        page.wait_for_url(f"**/{said}/")
        go_to("Look at what it will do", "button")
        pressed("Enter")
        confirm(page, go_to, f"Confirm: {label}")

    transfer.refresh_from_db()
    assert transfer.received_on == timezone.localdate()
    assert [row.organization for row in member.memberships.on(timezone.localdate())] == [register.other]


def confirm(page, go_to, button):
    """Confirm what the page says that it will do, from the outcome on, where the focus is."""
    page.locator(".outcome:focus").wait_for()
    go_to(button, "button")
    page.keyboard.press("Enter")
    page.locator(".messagelist .success").wait_for()
