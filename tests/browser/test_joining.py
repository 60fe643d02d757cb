"""Joint branches proposed, in a browser: an organizer looks, and founds one."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from orgs.models import Organization, Policy, PolicyNumber
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.conftest import BROAD, NARROW
from tests.factories.accounts import UserFactory
from tests.factories.members import MemberFactory
from tests.factories.orgs import AreaFactory, EnterpriseFactory

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

DAY = date(2020, 6, 19)
PAGE = f"/dashboard/joint/?as_of={DAY}"


@pytest.fixture
def organizer():
    """Of a district with four neighbours, who make the same, and one who is alone in another subdistrict."""
    rules = {
        Policy.OWN_ORGANIZATION_FULL_MEMBERS: 3,
        Policy.JOINT_FULL_MEMBERS: 1,
        Policy.JOINT_BRANCH_UNITS: 5,
    }
    if not PolicyNumber.objects.exists():  # the rows of the migration are gone after a transactional test
        for policy, value in rules.items():
            PolicyNumber.objects.create(policy=policy, value=value, valid_from=DAY, source="Art. 5")
    AreaFactory(code="330304001", name="梧田街道")
    community, beside, far = (
        AreaFactory(code=code, name=name)
        for code, name in (
            ("330304001001", "慈湖社区"), ("330304001002", "南村社区"), ("330304002001", "潘桥社区"),
        )
    )  # fmt: skip
    for area in (community, community, community, beside, far):
        name = f"温州市瓯海{area.name}鞋业有限公司"
        MemberFactory(employer=EnterpriseFactory(area=area, name=name))
    return UserFactory(is_staff=True, role=Role.ORGANIZER, area=AreaFactory(code="330304", name="瓯海区"))


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("zh-hans", NARROW, "dark"), ("en", BROAD, "light")]
)
def test_the_page_is_whole_in(open_page, organizer, language, width, scheme):
    page = open_page(PAGE, user=organizer, language=language, width=width, scheme=scheme)
    assert page.locator(".proposal tbody tr").count() == 4
    assert page.locator("#unplaced").is_visible()
    assert_fits(page)
    assert_accessible(page)


def test_a_proposal_is_founded_without_typing_but_its_code(open_page, organizer):
    page = open_page(PAGE, user=organizer)
    page.get_by_role("link", name="Found joint branch 1").press("Enter")
    page.wait_for_url(f"**{reverse('admin:orgs_organization_add')}?**")
    assert page.locator(".field-enterprises .select2-selection__choice").count() == 4
    assert_accessible(page)
    page.get_by_label("Organization code").fill("ZZ1")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**{reverse('admin:orgs_organization_changelist')}**")
    assert Organization.objects.get().coverage.filter(valid_from=DAY).count() == 4

    page.goto(PAGE)
    assert page.get_by_text("nobody who could join has neighbours enough").is_visible()
